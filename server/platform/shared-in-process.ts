const store = globalThis as typeof globalThis & { windfallShared?: Map<string, unknown> };

/**
 * One value for the whole process. The server's own bundle and the web framework's bundles are
 * separate module graphs in one process: a cache that one of them must be able to drop for the
 * other cannot be a module variable.
 */
export function sharedInProcess<Value>(name: string, make: () => Value): Value {
  store.windfallShared ??= new Map();
  const known = store.windfallShared.get(name);
  if (known !== undefined) return known as Value;
  const made = make();
  store.windfallShared.set(name, made);
  return made;
}

import { useEffect, useId } from "react";

/** A list to which mounted components add entries, and which others read or watch. */
export type Registry<Entry> = {
  set: (key: string, entry: Entry) => void;
  delete: (key: string) => void;
  subscribe: (listener: () => void) => () => void;
  /** The entries in the order in which their components mounted. */
  entries: () => readonly Entry[];
};

/** Lives outside React's state, so that adding an entry re-renders only those who watch the list. */
export function createRegistry<Entry>(): Registry<Entry> {
  const byKey = new Map<string, Entry>();
  const listeners = new Set<() => void>();
  let snapshot: readonly Entry[] = [];

  function changed(): void {
    snapshot = [...byKey.values()];
    for (const listener of listeners) listener();
  }

  return {
    set(key, entry) {
      byKey.set(key, entry);
      changed();
    },
    delete(key) {
      byKey.delete(key);
      changed();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    entries: () => snapshot,
  };
}

/** Keeps the latest form of an entry in the registry while the calling component is mounted. */
export function useRegistered<Entry>(registry: Registry<Entry>, entry: Entry | null): void {
  const key = useId();
  useEffect(() => {
    if (entry === null) registry.delete(key);
    else registry.set(key, entry);
  });
  useEffect(() => () => registry.delete(key), [registry, key]);
}

import type { AnyOperation, OperationTree } from "../platform/operation";

/**
 * The tree: an operation's place in it is its name on every transport. HTTP routes, the OpenAPI
 * document, the reference, tRPC procedures and the conformance test are all derived from it.
 */
export const operations = {} satisfies OperationTree;

const byName = new Map<string, AnyOperation>(
  Object.entries(operations as OperationTree).flatMap(([noun, verbs]) =>
    Object.entries(verbs).map(([verb, operation]) => [`${noun}.${verb}`, operation] as const),
  ),
);

/** The operation of a wire name, such as `balances.check`. */
export function operationNamed(name: string): AnyOperation | null {
  return byName.get(name) ?? null;
}

/** Every operation with its wire name, in the tree's order. */
export function allOperations(): readonly (readonly [string, AnyOperation])[] {
  return [...byName.entries()];
}

import { check } from "../balances/operations/check";
import { createBalance } from "../balances/operations/create-balance";
import { deleteBalance } from "../balances/operations/delete-balance";
import { explainBalance } from "../balances/operations/explain-balance";
import { track } from "../balances/operations/track";
import { undoEdit } from "../balances/operations/undo-edit";
import { updateBalance } from "../balances/operations/update-balance";
import type { AnyOperation, OperationTree } from "../platform/operation";

/**
 * The tree: an operation's place in it is its name on every transport. HTTP routes, the OpenAPI
 * document, the reference, tRPC procedures and the conformance test are all derived from it.
 */
export const operations = {
  balances: {
    check,
    track,
    create: createBalance,
    update: updateBalance,
    delete: deleteBalance,
    undo: undoEdit,
    explain: explainBalance,
  },
} satisfies OperationTree;

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

import { batchTrack } from "../balances/operations/batch-track";
import { check } from "../balances/operations/check";
import { createBalance } from "../balances/operations/create-balance";
import { deleteBalance } from "../balances/operations/delete-balance";
import { explainBalance } from "../balances/operations/explain-balance";
import { finalizeLock } from "../balances/operations/finalize-lock";
import { track } from "../balances/operations/track";
import { trackTokens } from "../balances/operations/track-tokens";
import { undoEdit } from "../balances/operations/undo-edit";
import { updateBalance } from "../balances/operations/update-balance";
import { attach } from "../billing/operations/attach";
import { previewAttach } from "../billing/operations/preview-attach";
import { createFeature } from "../catalog/operations/create-feature";
import { createPlan } from "../catalog/operations/create-plan";
import { deleteFeature } from "../catalog/operations/delete-feature";
import { deletePlan } from "../catalog/operations/delete-plan";
import { getFeature } from "../catalog/operations/get-feature";
import { getPlan } from "../catalog/operations/get-plan";
import { listFeatures } from "../catalog/operations/list-features";
import { listPlans } from "../catalog/operations/list-plans";
import { updateFeature } from "../catalog/operations/update-feature";
import { updatePlan } from "../catalog/operations/update-plan";
import { deleteCustomer } from "../customers/operations/delete-customer";
import { getCustomer } from "../customers/operations/get-customer";
import { getOrCreateCustomer } from "../customers/operations/get-or-create-customer";
import { listCustomers } from "../customers/operations/list-customers";
import { updateCustomer } from "../customers/operations/update-customer";
import { createEntity } from "../entities/operations/create-entity";
import { deleteEntity } from "../entities/operations/delete-entity";
import { getEntity } from "../entities/operations/get-entity";
import { listEntities } from "../entities/operations/list-entities";
import { updateEntity } from "../entities/operations/update-entity";
import { aggregateEvents } from "../events/operations/aggregate-events";
import { listEvents } from "../events/operations/list-events";
import type { AnyOperation, OperationTree } from "../platform/operation";

/**
 * The tree: an operation's place in it is its name on every transport. HTTP routes, the OpenAPI
 * document, the reference, tRPC procedures and the conformance test are all derived from it.
 */
export const operations = {
  features: {
    create: createFeature,
    get: getFeature,
    list: listFeatures,
    update: updateFeature,
    delete: deleteFeature,
  },
  plans: {
    create: createPlan,
    get: getPlan,
    list: listPlans,
    update: updatePlan,
    delete: deletePlan,
  },
  customers: {
    get_or_create: getOrCreateCustomer,
    get: getCustomer,
    list: listCustomers,
    update: updateCustomer,
    delete: deleteCustomer,
  },
  entities: {
    create: createEntity,
    get: getEntity,
    list: listEntities,
    update: updateEntity,
    delete: deleteEntity,
  },
  billing: { attach, preview_attach: previewAttach },
  balances: {
    check,
    track,
    batch_track: batchTrack,
    track_tokens: trackTokens,
    finalize: finalizeLock,
    create: createBalance,
    update: updateBalance,
    delete: deleteBalance,
    undo: undoEdit,
    explain: explainBalance,
  },
  events: { list: listEvents, aggregate: aggregateEvents },
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

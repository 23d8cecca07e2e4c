import type { Catalog, CatalogFeature } from "../catalog/catalog";
import { loadCatalog } from "../catalog/load-catalog";
import { type Grant, isLive } from "../core/balances/grant";
import type { GrantChange } from "../core/balances/ledger";
import { bringDue, type DueWork, onTopOf } from "../core/balances/reset";
import { WindfallError } from "../core/error";
import { parsePublicId, toPublicId } from "../core/id";
import { invariant } from "../core/invariant";
import { requireCustomer } from "../customers/rows";
import { requireEntity } from "../entities/rows";
import { audit } from "../platform/audit";
import type { Ctx, TxCtx } from "../platform/context";
import { newId } from "../platform/id";
import { sql } from "../platform/sql";
import { inTransaction } from "../platform/transaction";
import { toInstant } from "../platform/wire";
import { loadControlled } from "./controls/load-controlled";
import { expireLocks } from "./expire-locks";
import { type Gate, gateCustomers } from "./gate";
import type { LockHolders } from "./hot/due-locks";
import { insertBalanceEdit, loadGrants } from "./rows";
import { editEffects } from "./usage-effects";
import { writeEffects } from "./write-effects";

/** Whose balance an edit is about; ids as the caller knows them. */
export interface EditScope {
  readonly customerId: string;
  readonly entityId: string | null;
}

/** A customer behind its gate, with the grants of the features that the edit concerns. */
export interface EditState {
  readonly ctx: TxCtx;
  readonly catalog: Catalog;
  readonly gate: Gate;
  readonly entityId: string | null;
  readonly entityKey: (entityId: string) => string;
  readonly now: Date;
  /** The new edit's row id: the cause of its ledger entries. */
  readonly editId: string;
  /** All living grants of the customer, due work applied. */
  readonly grants: readonly Grant[];
  /** The due work behind them; stored together with the edit. */
  readonly due: DueWork;
}

/** What an edit is asked to do besides its figures. */
interface EditRequest {
  /** Whose due locks are closed first. */
  readonly locksOf: LockHolders | null;
  readonly reason: string | undefined;
  /** Kept with the edit. */
  readonly input: unknown;
}

/** What an edit decided, for the writer. */
export interface EditDecision {
  readonly kind: "create" | "update" | "delete" | "undo";
  readonly feature: CatalogFeature;
  readonly opened: readonly GrantChange[];
  readonly changed: readonly GrantChange[];
  /** The grant that stands for the edit in lists. */
  readonly grantId: string;
  /** The dates of a single changed grant as they were, so that undo can restore them. */
  readonly before: Grant | null;
  readonly undoesId: string | null;
}

/** The answer of every balance edit. */
export interface EditAnswer {
  readonly success: true;
  readonly entry_id: string;
}

/**
 * Runs a balance edit: close due locks, then gate → load → due work → decide → write grants, ledger,
 * edit row and audit row in one transaction, with actor and reason.
 *
 * @throws `customer_not_found`, `entity_not_found`; `invalid_inputs` when a person gives no reason.
 */
export async function runEdit(
  ctx: Ctx,
  scopeOf: (ctx: TxCtx) => Promise<EditScope> | EditScope,
  request: EditRequest,
  decide: (state: EditState) => Promise<EditDecision> | EditDecision,
): Promise<EditAnswer> {
  const reason = requireReason(ctx, request.reason);
  const catalog = await loadCatalog(ctx.db, ctx.tenant.envId);
  if (request.locksOf !== null) await expireLocks(ctx, request.locksOf);
  return inTransaction(ctx, async (ctx) => {
    const scope = await scopeOf(ctx);
    const state = await loadEditState(ctx, catalog, scope);
    const decision = await decide(state);
    const { opened, changed } = onTopOf(state.due, decision.changed);
    await writeEffects(ctx, state.gate, {
      opened: [...opened, ...decision.opened],
      changes: changed,
      events: [],
      ...(await noticesOf(state, decision)),
    });
    await insertBalanceEdit(ctx, {
      id: state.editId,
      customerId: state.gate.customerId,
      grantId: decision.grantId,
      kind: decision.kind,
      reason,
      input: { request: request.input, before: presentBefore(decision.before) },
      undoesId: decision.undoesId,
    });
    await audit(ctx, {
      action: `balances.${decision.kind}`,
      targetType: "customer",
      targetId: scope.customerId,
      after: {
        feature_id: decision.feature.slug,
        entity_id: scope.entityId,
        request: request.input,
      },
      reason,
    });
    return { success: true, entry_id: toPublicId("edt", state.editId) } as const;
  });
}

/** A figure that was set may reach a limit or cross an alert, as a use would (domain §28). */
async function noticesOf(
  state: EditState,
  { kind, changed }: EditDecision,
): Promise<ReturnType<typeof editEffects> | Record<never, never>> {
  if (kind !== "update" || changed.length === 0) return {};
  const { ctx, catalog, gate, entityId, grants, now } = state;
  const { customerId } = gate;
  const subject = await loadControlled(ctx, { catalog, customerId, entityId, grants, now });
  return editEffects(subject, changed);
}

function requireReason({ actor }: Ctx, reason: string | undefined): string {
  if (reason !== undefined) return reason;
  if (actor.kind !== "user") return "API";
  throw new WindfallError(
    "invalid_request",
    "invalid_inputs",
    "reason: say why the balance is changed; it is kept with the entry.",
  );
}

async function loadEditState(ctx: TxCtx, catalog: Catalog, scope: EditScope): Promise<EditState> {
  const found = await findSubject(ctx, scope);
  const gates = await gateCustomers(ctx, [found.customerId]);
  const gate = gates.get(found.customerId);
  invariant(gate, "A customer without a gate.");
  const planSlugOf = (itemId: bigint) => catalog.planSlugByItem.get(itemId) ?? null;
  const stored = await loadGrants(ctx, [found.customerId], planSlugOf);
  const now = gate.recordedAt;
  const due = bringDue(stored.get(found.customerId) ?? [], now, { newId, ...catalog.settings });
  return {
    ctx,
    catalog,
    gate,
    entityId: found.entityId,
    entityKey: (entityId) => found.entityNames.get(entityId) ?? entityId,
    now,
    editId: newId(),
    grants: due.grants.filter((grant) => isLive(grant, now)),
    due,
  };
}

async function findSubject(
  ctx: TxCtx,
  scope: EditScope,
): Promise<{
  customerId: string;
  entityId: string | null;
  entityNames: ReadonlyMap<string, string>;
}> {
  const customer = await requireCustomer(ctx, scope.customerId);
  const entity =
    scope.entityId === null ? null : await requireEntity(ctx, customer.id, scope.entityId);
  const holders = await ctx.db.query<{ id: string; external_id: string }>(sql`
    SELECT DISTINCT e.id, e.external_id FROM entity e
    JOIN grants g ON g.customer_id = e.customer_id AND g.entity_id = e.id AND g.ended_at IS NULL
    WHERE e.customer_id = ${customer.id}::uuid AND e.external_id IS NOT NULL`);
  return {
    customerId: customer.id,
    entityId: entity?.id ?? null,
    entityNames: new Map(holders.map((holder) => [holder.id, holder.external_id])),
  };
}

/** How a balance is named in a request. */
export interface TargetChoice {
  readonly feature: CatalogFeature | null;
  readonly balanceId: string | undefined;
  readonly interval: string | undefined;
}

/**
 * The grants that an edit means: those of the entity, or without one those of the customer itself;
 * an edit of the customer never touches an entity's own balance.
 *
 * @throws `not_found/balance_not_found`
 */
export function targetGrants(state: EditState, choice: TargetChoice): Grant[] {
  const { feature, balanceId, interval } = choice;
  const setId = balanceId === undefined ? null : parsePublicId("grt", balanceId);
  const targets = state.grants.filter(
    (grant) =>
      grant.entityId === state.entityId &&
      (feature === null || grant.featureId === feature.id) &&
      (balanceId === undefined ||
        grant.externalRef === balanceId ||
        (setId !== null && (grant.setId === setId || grant.id === setId))) &&
      (interval === undefined || intervalOf(state, grant) === interval),
  );
  if (targets.length > 0) return targets;
  throw new WindfallError(
    "not_found",
    "balance_not_found",
    `No balance${balanceId === undefined ? "" : ` '${balanceId}'`} of ${feature?.slug ?? "any feature"} to change here. Grant one with balances.create.`,
  );
}

/** What rolled over goes by the interval of the grant that it rolled over from. */
function intervalOf(state: EditState, grant: Grant): string {
  const parent = state.grants.find(({ id }) => id === grant.parentId);
  return (parent ?? grant).reset?.unit ?? "one_off";
}

/** The dates of a grant before an edit, as stored beside it. */
export interface StoredBefore {
  readonly grant_id: string;
  readonly anchor_at: number | null;
  readonly next_reset_at: number | null;
  readonly expires_at: number | null;
}

function presentBefore(grant: Grant | null): StoredBefore | null {
  if (grant === null) return null;
  return {
    grant_id: grant.id,
    anchor_at: toInstant(grant.anchorAt),
    next_reset_at: toInstant(grant.nextResetAt),
    expires_at: toInstant(grant.expiresAt),
  };
}

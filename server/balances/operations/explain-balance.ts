import type { z } from "zod";
import type { Catalog } from "../../catalog/catalog";
import { loadCatalog } from "../../catalog/load-catalog";
import { burnOrder, grantedOf, isLive } from "../../core/balances/grant";
import { LedgerCause } from "../../core/balances/ledger";
import { toPublicId } from "../../core/id";
import { fromRow, sum, toWire, zero } from "../../core/quantity";
import { requireCustomer } from "../../customers/rows";
import { requireEntity } from "../../entities/rows";
import type { Ctx } from "../../platform/context";
import { operation } from "../../platform/operation";
import { decodeCursor, pageOf } from "../../platform/pagination";
import { sql } from "../../platform/sql";
import { toInstant } from "../../platform/wire";
import { expireLocks } from "../expire-locks";
import { type EntryRow, loadEntryPage } from "../explain/explain-rows";
import {
  CAUSES,
  type EntryObject,
  ExplainBalanceInput,
  ExplainBalanceOutput,
  explainCursor,
  type LotObject,
} from "../explain/explain-schema";
import { type Lot, loadLots } from "../explain/lots-as-of";
import { presentBalance } from "../present";
import { featureNamed } from "../usage-rules";

type Entry = z.input<typeof EntryObject>;

const CAUSE_NAMES: ReadonlyMap<number, (typeof CAUSES)[number]> = new Map(
  CAUSES.map((name) => [LedgerCause[name], name]),
);

const STATUS_NAMES = ["held", "confirmed", "released", "expired", "lapsed"] as const;

/**
 * Explains a balance from its ledger: the grants that sum to each figure, and the entries that sum
 * to each grant, now or as of any past instant.
 */
export const explainBalance = operation(
  {
    kind: "query",
    scope: "balances:read",
    summary: "Explain a balance",
    input: ExplainBalanceInput,
    output: ExplainBalanceOutput,
    errors: ["customer_not_found", "feature_not_found", "entity_not_found", "invalid_cursor"],
    example: { customer_id: "user_123", feature_id: "messages" },
  },
  async (ctx, input) => {
    const catalog = await loadCatalog(ctx.db, ctx.tenant.envId);
    const feature = featureNamed(catalog, input.feature_id);
    const subject = await findSubject(ctx, input);
    // A hold that is over is closed first, as before any decision.
    if (input.as_of === undefined) {
      await expireLocks(ctx, { customerIds: [subject.customerId] });
    }
    const asOf = input.as_of ?? subject.readAt;
    const lots = await loadLots(ctx, catalog, {
      customerId: subject.customerId,
      entityId: subject.entityId,
      feature,
      at: asOf,
      asOf: input.as_of ?? null,
    });
    const live = burnOrder(
      lots.map(({ shown }) => shown).filter((grant) => isLive(grant, asOf)),
      { entityId: subject.entityId, entityKey: (id) => subject.entityNames.get(id) ?? id },
    );
    const place = ({ shown }: Lot) => (live.includes(shown) ? live.indexOf(shown) : lots.length);
    const page = await entryPage(ctx, { lots, asOf, input, customerId: subject.customerId });
    return {
      customer_id: input.customer_id,
      feature_id: feature.slug,
      entity_id: input.entity_id ?? null,
      as_of: asOf.getTime(),
      balance: live.length > 0 ? presentBalance(catalog, feature, live) : null,
      reconciles: lots.every(reconciles),
      lots: [...lots]
        .sort((a, b) => place(a) - place(b))
        .map((lot) => presentLot(lot, subject.entityNames)),
      list: page.rows.map((row) => presentEntry(row, catalog)),
      next_cursor: page.nextCursor,
    };
  },
);

type Input = z.output<typeof ExplainBalanceInput>;

async function findSubject(
  ctx: Ctx,
  input: Input,
): Promise<{
  customerId: string;
  entityId: string | null;
  entityNames: ReadonlyMap<string, string>;
  /** Never before the newest entry, whatever the clocks of several processes say. */
  readAt: Date;
}> {
  const customer = await requireCustomer(ctx, input.customer_id);
  const entity =
    input.entity_id === undefined ? null : await requireEntity(ctx, customer.id, input.entity_id);
  const holders = await ctx.db.query<{ id: string; external_id: string }>(sql`
    SELECT DISTINCT e.id, e.external_id FROM entity e
    JOIN grants g ON g.customer_id = e.customer_id AND g.entity_id = e.id
    WHERE e.customer_id = ${customer.id}::uuid AND e.external_id IS NOT NULL`);
  return {
    customerId: customer.id,
    entityId: entity?.id ?? null,
    entityNames: new Map(holders.map((holder) => [holder.id, holder.external_id])),
    readAt: customer.recordedAt > ctx.now ? customer.recordedAt : ctx.now,
  };
}

/** Compares the row with its whole ledger, whichever instant is explained. */
function reconciles({ proven }: Lot): boolean {
  if (proven === null) return true;
  const { row, newest } = proven;
  if (newest === null) return false;
  const granted = sum([row.included, row.prepaid, row.adjustment].map(fromRow));
  return newest.balance.equals(fromRow(row.balance)) && newest.granted.equals(granted);
}

function presentLot(lot: Lot, entityNames: ReadonlyMap<string, string>): z.input<typeof LotObject> {
  const { grant, proven, shown } = lot;
  const granted = grantedOf(shown);
  const newest = proven?.newest ?? null;
  const stored = {
    granted:
      proven === null
        ? zero
        : sum([proven.row.included, proven.row.prepaid, proven.row.adjustment].map(fromRow)),
    balance: proven === null ? zero : fromRow(proven.row.balance),
  };
  return {
    id: toPublicId("grt", grant.id),
    balance_id: toPublicId("grt", grant.setId),
    parent_id: grant.parentId === null ? null : toPublicId("grt", grant.parentId),
    kind: grant.kind,
    plan_id: grant.planId,
    entity_id: grant.entityId === null ? null : (entityNames.get(grant.entityId) ?? grant.entityId),
    granted: toWire(granted),
    usage: toWire(granted.minus(shown.balance)),
    balance: toWire(shown.balance),
    unlimited: grant.unlimited,
    starts_at: grant.startsAt.getTime(),
    expires_at: toInstant(grant.expiresAt),
    next_reset_at: toInstant(shown.nextResetAt),
    ended_at: toInstant(shown.endedAt),
    reconciles: reconciles(lot),
    stored: { granted: toWire(stored.granted), balance: toWire(stored.balance) },
    ledger: {
      granted: newest === null ? 0 : toWire(newest.granted),
      balance: newest === null ? 0 : toWire(newest.balance),
    },
  };
}

async function entryPage(
  ctx: Ctx,
  wanted: { lots: readonly Lot[]; asOf: Date; input: Input; customerId: string },
) {
  const cursor = decodeCursor(wanted.input.start_cursor, explainCursor);
  const rows = await loadEntryPage(ctx, {
    customerId: wanted.customerId,
    grantIds: wanted.lots.map(({ grant }) => grant.id),
    asOf: wanted.asOf,
    causes: wanted.input.causes?.map((name) => LedgerCause[name]) ?? null,
    before: cursor === null ? null : { recordedAt: new Date(cursor[0]), seq: BigInt(cursor[1]) },
    limit: wanted.input.limit + 1,
  });
  return pageOf(rows, wanted.input.limit, (row) => [row.recorded_at.getTime(), row.seq.toString()]);
}

function presentEntry(row: EntryRow, catalog: Catalog): Entry {
  return {
    id: `${toPublicId("grt", row.grant_id)}.${row.seq}`,
    lot_id: toPublicId("grt", row.grant_id),
    at: row.at.getTime(),
    recorded_at: row.recorded_at.getTime(),
    cause: CAUSE_NAMES.get(row.cause) ?? "edit",
    delta: toWire(fromRow(row.delta)),
    balance_after: toWire(fromRow(row.balance_after)),
    total_after: toWire(fromRow(row.total_after)),
    granted_delta: toWire(fromRow(row.granted_delta)),
    granted_after: toWire(fromRow(row.granted_after)),
    event: presentEvent(row, catalog),
    event_expired: wantsEvent(row) && row.event_value === null,
    lock: presentLock(row, catalog),
    edit: presentEdit(row),
  };
}

/** Whether an event stands behind the entry; the end of a lock that lapsed has none. */
function wantsEvent(row: EntryRow): boolean {
  if (row.cause === LedgerCause.usage) return true;
  return row.cause === LedgerCause.lock && stepOf(row) !== "lapsed";
}

function presentEvent(row: EntryRow, catalog: Catalog): Entry["event"] {
  if (row.event_value === null || row.event_occurred_at === null) return null;
  return {
    id: toPublicId("evt", row.cause_id ?? ""),
    feature_id: slugOf(catalog, row.event_feature_id),
    name: row.event_name,
    value: toWire(fromRow(row.event_value)),
    occurred_at: row.event_occurred_at.getTime(),
    properties: row.event_properties ?? {},
  };
}

function presentLock(row: EntryRow, catalog: Catalog): Entry["lock"] {
  if (row.lock_status === null) return null;
  return {
    lock_id: row.lock_key ?? "",
    step: stepOf(row),
    status: STATUS_NAMES[row.lock_status] ?? "held",
    amount: toWire(fromRow(row.lock_amount ?? "0")),
    feature_id: slugOf(catalog, row.lock_feature_id),
    expires_at: row.lock_expires_at?.getTime() ?? 0,
  };
}

/** A lock's own event takes, the closing one gives back or takes more; a lapse moves nothing. */
function stepOf(row: EntryRow): "held" | "closed" | "lapsed" {
  if (row.cause_id !== row.lock_id) return "closed";
  return fromRow(row.delta).isZero() ? "lapsed" : "held";
}

function presentEdit(row: EntryRow): Entry["edit"] {
  if (row.edit_kind === null) return null;
  return {
    entry_id: toPublicId("edt", row.cause_id ?? ""),
    kind: row.edit_kind,
    reason: row.edit_reason ?? "",
    actor_kind: row.actor_kind ?? "",
    actor: row.actor_label ?? "",
    undoes: row.undoes_id === null ? null : toPublicId("edt", row.undoes_id),
    undone: row.undone,
  };
}

function slugOf(catalog: Catalog, featureId: number | null): string {
  return catalog.featureById.get(featureId ?? 0)?.slug ?? "";
}

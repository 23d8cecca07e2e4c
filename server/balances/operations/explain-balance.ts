import { z } from "zod";
import { loadCatalog } from "../../catalog/load-catalog";
import { burnOrder, type Grant, grantedOf, isLive, visibleGrants } from "../../core/balances/grant";
import { LedgerCause } from "../../core/balances/ledger";
import { bringDue } from "../../core/balances/reset";
import { toPublicId } from "../../core/id";
import { nextBoundary } from "../../core/interval";
import { fromRow, sum, toWire, zero } from "../../core/quantity";
import { requireCustomer } from "../../customers/rows";
import { requireEntity } from "../../entities/rows";
import type { Ctx } from "../../platform/context";
import { newId } from "../../platform/id";
import { operation } from "../../platform/operation";
import { decodeCursor, nextCursorOutput, pageInput, pageOf } from "../../platform/pagination";
import { sql } from "../../platform/sql";
import { externalId, instant, toInstant } from "../../platform/wire";
import { BalanceObject } from "../balance-schema";
import { type EntryRow, loadEntryPage, loadProvenGrants, type ProvenGrant } from "../explain-rows";
import { toGrant } from "../grant-row";
import { presentBalance } from "../present";
import { featureNamed } from "../usage-rules";

const CAUSES = [
  "reset",
  "expiry",
  "opening",
  "usage",
  "lock",
  "edit",
  "ended",
  "entity",
  "carried",
] as const satisfies readonly (keyof typeof LedgerCause)[];

const ExplainBalanceInput = z.object({
  customer_id: externalId,
  feature_id: z.string().min(1).max(256),
  entity_id: externalId.optional(),
  as_of: instant.optional().describe("Explains the figures as they stood then; now when left out."),
  causes: z
    .array(z.enum(CAUSES))
    .min(1)
    .optional()
    .describe("Lists only entries with one of these causes; the figures stay whole."),
  ...pageInput,
});

const LotObject = z.object({
  id: z.string(),
  balance_id: z.string(),
  kind: z.string().describe("plan, addon, manual, …"),
  plan_id: z.string().nullable(),
  entity_id: z.string().nullable(),
  granted: z.number(),
  usage: z.number(),
  balance: z.number().describe("Signed: below zero when more was used than granted."),
  unlimited: z.boolean(),
  starts_at: z.number(),
  expires_at: z.number().nullable(),
  next_reset_at: z.number().nullable(),
  ended_at: z.number().nullable(),
  reconciles: z.boolean().describe("Whether the stored figures equal the ledger's."),
  stored: z.object({ granted: z.number(), balance: z.number() }),
  ledger: z.object({ granted: z.number(), balance: z.number() }),
});

const EntryObject = z.object({
  id: z.string(),
  lot_id: z.string(),
  at: z.number().describe("When it took effect."),
  recorded_at: z.number().describe("When it was stored."),
  cause: z.enum(CAUSES),
  delta: z.number(),
  balance_after: z.number().describe("The lot's balance then."),
  total_after: z.number().describe("The sum of all lots then, below zero when overdrawn."),
  granted_delta: z.number(),
  granted_after: z.number(),
  event: z
    .object({
      id: z.string(),
      name: z.string().nullable(),
      value: z.number(),
      occurred_at: z.number(),
      properties: z.record(z.string(), z.unknown()),
    })
    .nullable(),
  edit: z
    .object({
      entry_id: z.string(),
      kind: z.string(),
      reason: z.string(),
      actor_kind: z.string(),
      actor: z.string(),
      undoes: z.string().nullable(),
      undone: z.boolean(),
    })
    .nullable(),
});

const ExplainBalanceOutput = z.object({
  customer_id: z.string(),
  feature_id: z.string(),
  entity_id: z.string().nullable(),
  as_of: z.number(),
  balance: BalanceObject.nullable(),
  reconciles: z.boolean().describe("False when any lot's stored figures differ from its ledger."),
  lots: z
    .array(LotObject)
    .describe("The grants behind the figures, in the order of use; ended ones follow."),
  list: z.array(EntryObject).describe("Ledger entries, newest first."),
  next_cursor: nextCursorOutput,
});

const CAUSE_NAMES: ReadonlyMap<number, (typeof CAUSES)[number]> = new Map(
  CAUSES.map((name) => [LedgerCause[name], name]),
);

/** A lot that rolled over at the instant but is not stored yet has nothing proven. */
type Lot = { grant: Grant; proven: ProvenGrant | null };

/** With its figures at the explained instant. */
type ShownLot = Lot & { shown: Grant };

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
    const asOf = input.as_of ?? subject.readAt;
    const proven = await loadProvenGrants(ctx, {
      customerId: subject.customerId,
      featureId: feature.id,
      asOf,
    });
    const slugOf = (itemId: bigint) => catalog.planSlugByItem.get(itemId) ?? null;
    const stored = proven
      .map((one) => ({ proven: one, grant: toGrant(one.row, slugOf) }))
      .filter(({ grant }) => visibleGrants([grant], subject.entityId).length > 0);
    const due = bringDue(
      stored.map((lot) => (input.as_of === undefined ? lot.grant : figuresAsOf(lot, asOf))),
      asOf,
      { newId, ...catalog.settings },
    );
    const lots = due.grants.map((shown, place) => ({
      shown,
      grant: stored[place]?.grant ?? shown,
      proven: stored[place]?.proven ?? null,
    }));
    const live = burnOrder(
      lots.map(({ shown }) => shown).filter((grant) => isLive(grant, asOf)),
      { entityId: subject.entityId, entityKey: (id) => subject.entityNames.get(id) ?? id },
    );
    const place = ({ shown }: ShownLot) =>
      live.includes(shown) ? live.indexOf(shown) : lots.length;
    const page = await entryPage(ctx, { lots, asOf, input, customerId: subject.customerId });
    return {
      customer_id: input.customer_id,
      feature_id: feature.slug,
      entity_id: input.entity_id ?? null,
      as_of: asOf.getTime(),
      balance: live.length > 0 ? presentBalance(feature, live) : null,
      reconciles: lots.every(reconciles),
      lots: [...lots]
        .sort((a, b) => place(a) - place(b))
        .map((lot) => presentLot(lot, subject.entityNames)),
      list: page.rows.map(presentEntry),
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

/** The row as the ledger proves it for a past instant, before what fell due since its last entry. */
function figuresAsOf({ grant, proven }: { grant: Grant; proven: ProvenGrant }, asOf: Date): Grant {
  if (proven.proven === null)
    return { ...grant, startsAt: grant.createdAt, endedAt: grant.createdAt };
  const { balance, granted, at } = proven.proven;
  return {
    ...grant,
    balance,
    adjustment: granted.minus(grant.included).minus(grant.prepaid),
    endedAt: grant.endedAt !== null && grant.endedAt <= asOf ? grant.endedAt : null,
    nextResetAt:
      grant.reset !== null && grant.anchorAt !== null
        ? nextBoundary(grant.anchorAt, grant.reset, at)
        : null,
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

function presentLot(
  { grant, proven, shown }: ShownLot,
  entityNames: ReadonlyMap<string, string>,
): z.input<typeof LotObject> {
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
    reconciles: reconciles({ grant, proven }),
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
  const cursor = decodeCursor(
    wanted.input.start_cursor,
    z.tuple([z.int(), z.string().regex(/^\d{1,19}$/)]),
  );
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

function presentEntry(row: EntryRow): z.input<typeof EntryObject> {
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
    event:
      row.event_value === null || row.event_occurred_at === null
        ? null
        : {
            id: toPublicId("evt", row.cause_id ?? ""),
            name: row.event_name,
            value: toWire(fromRow(row.event_value)),
            occurred_at: row.event_occurred_at.getTime(),
            properties: row.event_properties ?? {},
          },
    edit:
      row.edit_kind === null
        ? null
        : {
            entry_id: toPublicId("edt", row.cause_id ?? ""),
            kind: row.edit_kind,
            reason: row.edit_reason ?? "",
            actor_kind: row.actor_kind ?? "",
            actor: row.actor_label ?? "",
            undoes: row.undoes_id === null ? null : toPublicId("edt", row.undoes_id),
            undone: row.undone,
          },
  };
}

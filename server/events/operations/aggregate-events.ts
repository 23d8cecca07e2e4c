import type { z } from "zod";
import { findGrants } from "../../balances/find-grants";
import { presentReset } from "../../balances/present";
import { listSubscriptions } from "../../billing/rows";
import type { Catalog, CatalogFeature } from "../../catalog/catalog";
import { currentCatalog } from "../../catalog/load-catalog";
import { calendarBins } from "../../core/calendar-bins";
import { WindfallError } from "../../core/error";
import { toPublicId } from "../../core/id";
import { invariant } from "../../core/invariant";
import { wallNow } from "../../platform/clock";
import type { Ctx } from "../../platform/context";
import { operation } from "../../platform/operation";
import { type Grouping, loadSums, type SumsWanted } from "../aggregate-rows";
import { AggregateEventsInput, AggregateEventsOutput } from "../aggregate-schema";
import { boundedRead } from "../bounded-read";
import { type DeductionRow, loadDeductions } from "../deduction-rows";
import { featuresNamed, subjectNamed } from "../event-filter";
import { nameGroup, presentSums } from "../present";
import { presentDeductionSums } from "../present-deductions";
import { eventsKeptFrom, spansOf } from "../span";
import {
  type Cycle,
  closedWindow,
  countBins,
  cycleWindow,
  isCycleRange,
  requireReadableSize,
  spanWindow,
  type Window,
} from "../window";

const DEFAULT_GROUPS = 9;
const MAX_DEDUCTION_ROWS = 50_000;

type Input = z.output<typeof AggregateEventsInput>;
type Answer = z.input<typeof AggregateEventsOutput>;

/**
 * Tracked units over time, by feature and, on request, by customer, entity or property (domain §27).
 * The sums are exact, of what was tracked rather than of what balances covered; `aggregate_on` adds
 * the latter.
 */
export const aggregateEvents = operation(
  {
    kind: "query",
    scope: "events:read",
    summary: "Aggregate events",
    input: AggregateEventsInput,
    output: AggregateEventsOutput,
    aliases: {
      aggregate_by: (value) => ({
        bin_size: typeof value === "string" ? value.toLowerCase() : value,
      }),
    },
    errors: ["customer_not_found", "entity_not_found", "feature_not_found"],
    example: { customer_id: "user_123", feature_id: "messages", range: "7d", bin_size: "day" },
  },
  async (ctx, input) => {
    const catalog = await currentCatalog(ctx);
    const features = featuresNamed(catalog, input.feature_id);
    const subject = await subjectNamed(ctx, input);
    const window = await windowOf(ctx, catalog, { input, ...subject });
    const wanted = sumsWanted(ctx, { input, features, subject, window });
    const { sums, deductions } = await boundedRead(ctx, async (tx) => ({
      sums: await loadSums(tx, wanted),
      deductions:
        input.aggregate_on === "deducted"
          ? await loadDeductions(tx, wanted, creditSystemsAmong(features), MAX_DEDUCTION_ROWS)
          : null,
    }));
    const { bins, grouping } = wanted;
    const shown = { features, grouping, bins, shownUntil: window.shownUntil };
    const answer = presentSums(sums, shown);
    if (deductions === null) return answer;
    const periods = answer.list.map(({ period }) => period);
    const found = { rows: deductions, grouping, features, periods };
    return { ...answer, deductions: await answerDeductions(ctx, catalog, found) };
  },
);

function creditSystemsAmong(features: readonly CatalogFeature[]): number[] {
  return features.filter(({ type }) => type !== "metered").map(({ id }) => id);
}

function sumsWanted(
  ctx: Ctx,
  request: {
    readonly input: Input;
    readonly features: readonly CatalogFeature[];
    readonly subject: { readonly customerId: string | null; readonly entityId: string | null };
    readonly window: Window;
  },
): SumsWanted {
  const { input, features, window } = request;
  const binSize = input.bin_size ?? (input.range === "24h" ? "hour" : "day");
  const maxGroups = input.max_groups ?? DEFAULT_GROUPS;
  const grouping = input.group_by ?? null;
  requireReadableSize(
    countBins(window, binSize),
    features.length * (grouping === null ? 1 : maxGroups + 2),
  );
  const { start: from, end: to } = window;
  const bins = calendarBins({ from, to, size: binSize, timeZone: input.time_zone ?? "UTC" });
  return {
    filter: {
      envId: ctx.tenant.envId,
      featureIds: features.map(({ id }) => id),
      ...request.subject,
      ...{ from, to, properties: input.filter_by ?? {} },
    },
    ...{ bins, grouping, maxGroups },
    spans: spansOf(window, bins, eventsKeptFrom(wallNow())),
  };
}

async function windowOf(
  ctx: Ctx,
  catalog: Catalog,
  request: {
    readonly input: Input;
    readonly customerId: string | null;
    readonly entityId: string | null;
  },
): Promise<Window> {
  const { custom_range, start_date, end_date, range } = request.input;
  if (custom_range) return closedWindow(custom_range.start, custom_range.end);
  if (start_date && end_date) return closedWindow(start_date, end_date);
  if (range && !isCycleRange(range)) return spanWindow(range, ctx.now);
  const { customerId } = request;
  const cycle =
    customerId === null ? null : await loadCycle(ctx, catalog, { ...request, customerId });
  if (cycle !== null) return cycleWindow(range ?? "1bc", cycle, ctx.now);
  if (!range) return spanWindow("30d", ctx.now);
  throw new WindfallError(
    "invalid_request",
    "invalid_request",
    customerId === null
      ? `The range ${range} is told in billing cycles of one customer. Pass customer_id, or a range such as 30d.`
      : `This customer has no plan whose billing cycle ${range} could mean. Pass a range such as 30d.`,
  );
}

/**
 * The billing cycle of the main plan: the entity's own before the customer's, the oldest of several.
 * A plan without a recurring price is never billed; its cycle is a month from its anchor.
 */
async function loadCycle(
  ctx: Ctx,
  catalog: Catalog,
  subject: { readonly customerId: string; readonly entityId: string | null },
): Promise<Cycle | null> {
  const held = (await listSubscriptions(ctx, [subject.customerId])).get(subject.customerId) ?? [];
  const mains = held.filter(({ isMain, status }) => isMain && status !== "scheduled");
  const main =
    mains.find(({ entityId }) => subject.entityId !== null && entityId === subject.entityId) ??
    mains.find(({ entityId }) => entityId === null);
  if (main === undefined) return null;
  const plan = catalog.planById.get(main.planId);
  const price = plan?.versions.find(({ version }) => version === main.planVersion)?.price ?? null;
  const interval =
    price === null || price.interval === "one_off"
      ? ({ unit: "month", count: 1 } as const)
      : { unit: price.interval, count: price.intervalCount };
  return { anchor: main.anchorAt, interval };
}

async function answerDeductions(
  ctx: Ctx,
  catalog: Catalog,
  found: {
    readonly rows: readonly DeductionRow[];
    readonly grouping: Grouping | null;
    readonly features: readonly CatalogFeature[];
    readonly periods: readonly number[];
  },
): Promise<NonNullable<Answer["deductions"]>> {
  const { rows, grouping, periods } = found;
  if (rows.length > MAX_DEDUCTION_ROWS) {
    throw new WindfallError(
      "invalid_request",
      "invalid_request",
      `More than ${MAX_DEDUCTION_ROWS} figures of single balances. Ask for a shorter range, a larger bin_size or one customer.`,
    );
  }
  const balances = rows.flatMap(({ customerId, grantId }) =>
    customerId === null || grantId === null ? [] : [{ customerId, grantId }],
  );
  const grants = await findGrants(ctx, catalog, balances);
  const paying = rows.flatMap(({ featureId }) => catalog.featureById.get(featureId) ?? []);
  return presentDeductionSums(rows, {
    features: [...new Set([...found.features, ...paying])],
    periods,
    groupOf: grouping === null ? null : (row) => nameGroup(grouping, row),
    balanceOf: (row) => {
      const grant = grants.get(row.grantId ?? "");
      const feature = catalog.featureById.get(row.featureId);
      invariant(grant && feature, "a balance that gave something exists");
      const reset = presentReset(feature, grant.reset, grant.nextResetAt);
      return {
        balance_id: toPublicId("grt", grant.setId),
        plan_id: grant.planId,
        reset: reset === null ? null : { interval: reset.interval, resets_at: reset.resets_at },
      };
    },
  });
}

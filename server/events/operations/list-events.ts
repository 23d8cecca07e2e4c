import { z } from "zod";
import { DeductionObject } from "../../balances/balance-schema";
import { findGrants } from "../../balances/find-grants";
import { presentDeductions } from "../../balances/present";
import type { Catalog } from "../../catalog/catalog";
import { currentCatalog } from "../../catalog/load-catalog";
import type { Grant } from "../../core/balances/grant";
import { invariant } from "../../core/invariant";
import { fromRow } from "../../core/quantity";
import { operation } from "../../platform/operation";
import { decodeCursor, nextCursorOutput, pageInput, pageOf } from "../../platform/pagination";
import { externalId, instant } from "../../platform/wire";
import { boundedRead } from "../bounded-read";
import { featureChoice, featuresNamed, propertyFilter, subjectNamed } from "../event-filter";
import { type EventRow, loadEventPage } from "../list-rows";
import { presentEvent } from "../present";
import { closedWindow } from "../window";

const Cursor = z.tuple([z.int(), z.uuid()]);

const ListEventsInput = z.object({
  ...pageInput,
  customer_id: externalId.nullish(),
  entity_id: externalId.nullish().describe("Events of this entity alone."),
  feature_id: featureChoice.nullish().describe("One feature or several; all when left out."),
  custom_range: z
    .object({ start: instant.nullish(), end: instant.nullish() })
    .nullish()
    .describe("Unix milliseconds: from `start`, and before `end`."),
  filter_by: propertyFilter.nullish().describe("Properties and the values they have, at most 5."),
});

const EventOutput = z.object({
  id: z.string(),
  timestamp: z.number().describe("When it happened, in Unix milliseconds."),
  feature_id: z.string(),
  customer_id: z.string(),
  entity_id: z.string().nullable(),
  event_name: z.string().nullable(),
  value: z.number().describe("What was tracked, whether or not a balance covered it."),
  properties: z.record(z.string(), z.unknown()),
  deductions: z.array(DeductionObject).describe("What each balance gave; empty when none did."),
});

/** Tracked events, newest first. Events that arrive while somebody pages move nothing. */
export const listEvents = operation(
  {
    kind: "query",
    scope: "events:read",
    summary: "List events",
    input: ListEventsInput,
    output: z.object({ list: z.array(EventOutput), next_cursor: nextCursorOutput }),
    aliases: { starting_after: "start_cursor" },
    errors: ["customer_not_found", "entity_not_found", "feature_not_found", "invalid_cursor"],
    example: { customer_id: "user_123", feature_id: "messages", limit: 50 },
  },
  async (ctx, input) => {
    const after = decodeCursor(input.start_cursor, Cursor);
    const catalog = await currentCatalog(ctx);
    const features = input.feature_id
      ? featuresNamed(catalog, input.feature_id)
      : [...catalog.featureById.values()];
    const subject = await subjectNamed(ctx, input);
    const { start, end } = input.custom_range ?? {};
    if (start && end) closedWindow(start, end);
    const rows = await boundedRead(ctx, (tx) =>
      loadEventPage(tx, {
        filter: {
          envId: ctx.tenant.envId,
          featureIds: features.map(({ id }) => id),
          ...subject,
          from: start ?? null,
          to: end ?? null,
          properties: input.filter_by ?? {},
        },
        after: after === null ? null : { occurredAt: new Date(after[0]), id: after[1] },
        limit: input.limit + 1,
      }),
    );
    const page = pageOf(rows, input.limit, (row) => [row.occurredAt.getTime(), row.id]);
    const grants = await findGrants(
      ctx,
      catalog,
      page.rows.flatMap(({ customerId, grantIds }) =>
        grantIds.map((grantId) => ({ customerId, grantId })),
      ),
    );
    return {
      list: page.rows.map((row) => presentRow(row, catalog, grants)),
      next_cursor: page.nextCursor,
    };
  },
);

function presentRow(
  row: EventRow,
  catalog: Catalog,
  grants: ReadonlyMap<string, Grant>,
): z.input<typeof EventOutput> {
  const feature = catalog.featureById.get(row.featureId);
  invariant(feature !== undefined, "only events of features in the catalog are asked for");
  const paying = row.grantIds.flatMap((id) => grants.get(id) ?? []);
  const parts = row.grantIds.map((grantId, n) => {
    const value = fromRow(row.grantValues[n] ?? "0");
    return { grantId, setId: grants.get(grantId)?.setId ?? grantId, value };
  });
  return {
    ...presentEvent(row, feature),
    deductions: presentDeductions(catalog, parts, { feature, grants: paying }),
  };
}

import { z } from "zod";
import { BIN_SIZES } from "../core/calendar-bins";
import { externalId, instant } from "../platform/wire";
import type { Grouping } from "./aggregate-rows";
import { featureChoice, propertyFilter } from "./event-filter";
import { RANGES } from "./window";

/** ISO 8601 with a zone, a plain UTC date, or Unix milliseconds. */
const isoInstant = z.union([
  instant,
  z.union([z.iso.datetime({ offset: true }), z.iso.date()]).transform((text) => new Date(text)),
]);

/** Names such as `Europe/Vienna`. Offsets are refused: Postgres and browsers read their sign differently. */
const timeZone = z
  .string()
  .max(64)
  .refine((name) => /^[A-Za-z][\w+/-]*$/.test(name) && isKnownZone(name), {
    message: "use the IANA name of a time zone, such as Europe/Vienna",
  });

function isKnownZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

const groupBy = z
  .string()
  .min(1)
  .max(270)
  .transform((text, issues): Grouping => {
    const property = /^properties\.(.+)$/s.exec(text)?.[1];
    if (property !== undefined) return { by: "property", key: property };
    if (/^\$customer_id$|^customer$/i.test(text)) return { by: "customer" };
    if (text === "$entity_id") return { by: "entity" };
    if (text === "$plan_id") return { by: "plan" };
    if (text === "$feature_id") return { by: "feature" };
    issues.addIssue({
      code: "custom",
      message:
        "not a grouping. Use properties.NAME, $customer_id, $plan_id, with a customer_id $entity_id, or with aggregate_on deducted $feature_id.",
    });
    return z.NEVER;
  });

/** The request of `events.aggregate`. */
export const AggregateEventsInput = z
  .object({
    customer_id: externalId.nullish().describe("All customers when left out."),
    entity_id: externalId.nullish(),
    feature_id: featureChoice,
    group_by: groupBy
      .nullish()
      .describe(
        "`properties.NAME`, `$customer_id`, `$plan_id` (of the balance that an event drew on first), with a customer `$entity_id`, and with `aggregate_on` `$feature_id` (what was tracked).",
      ),
    range: z
      .enum(RANGES)
      .nullish()
      .describe(
        "Back from now; `1bc` is the running billing cycle, `3bc` that and the two before, `last_cycle` the one before. Left out: `1bc` of a customer with a plan, else `30d`.",
      ),
    bin_size: z.enum(BIN_SIZES).nullish().describe("`hour` for `24h` and `day` otherwise."),
    custom_range: z
      .object({ start: instant, end: instant })
      .nullish()
      .describe("Unix milliseconds, instead of `range`: from `start`, and before `end`."),
    start_date: isoInstant.nullish().describe("With `end_date`: another spelling of custom_range."),
    end_date: isoInstant.nullish(),
    filter_by: propertyFilter.nullish().describe("Properties and the values they have, at most 5."),
    max_groups: z
      .int()
      .min(1)
      .max(250)
      .nullish()
      .describe("The groups with the greatest sums are named, the rest is `Other`; 9 by default."),
    aggregate_on: z
      .enum(["deducted"])
      .nullish()
      .describe(
        "`deducted` adds what balances gave, beside the tracked values: by the feature of the balance and in its units, so that what a credit system paid stands under the credit system.",
      ),
    time_zone: timeZone
      .nullish()
      .describe("IANA name of the zone whose days, weeks and months are meant; UTC by default."),
  })
  .refine(({ range, custom_range }) => !range || !custom_range, {
    message: "send either range or custom_range",
  })
  .refine(({ start_date, end_date }) => !start_date === !end_date, {
    message: "start_date and end_date go together",
  })
  .refine(
    ({ group_by, customer_id, entity_id }) =>
      group_by?.by !== "entity" || Boolean(customer_id) || Boolean(entity_id),
    {
      message: "group_by $entity_id needs a customer_id: entity ids are unique within a customer",
    },
  )
  .refine(
    ({ group_by, aggregate_on }) => group_by?.by !== "feature" || aggregate_on === "deducted",
    {
      message: "group_by $feature_id needs aggregate_on deducted: values are by feature already",
    },
  );

const BalanceDeductions = z.object({
  balance_id: z.string(),
  entity_id: z.string().nullable(),
  plan_id: z.string().nullable(),
  reset: z.object({ interval: z.string(), resets_at: z.number().nullable() }).nullable(),
  credit_cost: z
    .number()
    .nullable()
    .describe("Credits for one unit of what was tracked, where that is one number; today's."),
  deducted: z.number().describe("In units of the balance."),
  events: z.number(),
});

/** The answer of `events.aggregate`. */
export const AggregateEventsOutput = z.object({
  list: z
    .array(
      z.object({
        period: z.number().describe("When the bin begins; the first may begin before the range."),
        values: z.record(z.string(), z.number()).describe("Tracked units by feature."),
        grouped_values: z
          .record(z.string(), z.record(z.string(), z.number()))
          .optional()
          .describe("By feature and group; `Other` for the rest, `(none)` for no group."),
      }),
    )
    .describe("Oldest first; bins in which nothing happened are zero."),
  total: z.record(z.string(), z.object({ count: z.number(), sum: z.number() })),
  deductions: z
    .array(
      z.object({
        period: z.number(),
        values: z.record(
          z.string(),
          z.object({
            feature_type: z.enum(["metered", "credit_system"]),
            deducted: z.number(),
            events: z.number().describe("Events that took something."),
            balances: z.array(BalanceDeductions),
          }),
        ),
        grouped_values: z
          .record(
            z.string(),
            z.record(
              z.string(),
              z.object({ deducted: z.number(), credit_cost: z.number().nullable() }),
            ),
          )
          .optional(),
      }),
    )
    .optional(),
});

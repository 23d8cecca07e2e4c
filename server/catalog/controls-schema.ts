import { z } from "zod";
import { filterKey, type PropertyFilter } from "../core/balances/controls";
import { quantity } from "../core/quantity";
import { notSupported } from "../platform/wire";

const MAX_ENTRIES = 200;
const MAX_FILTER_PROPERTIES = 4;

const featureId = z.string().min(1).max(256);

/** A JSON number that is kept as the decimal it spells. */
const units = z.number().superRefine((value, issues) => {
  try {
    quantity(value);
  } catch (error) {
    issues.addIssue({ code: "custom", message: error instanceof Error ? error.message : "" });
  }
});

const atLeast = (least: number) => units.refine((value) => value >= least, `Use ${least} or more.`);

/** Property values that an event must have, compared as text. */
const filter = z
  .object({
    properties: z
      .record(
        z.string().min(1).max(128),
        z.union([z.string().min(1).max(128), z.number(), z.boolean()]).transform(String),
      )
      .refine((properties) => {
        const count = Object.keys(properties).length;
        return count >= 1 && count <= MAX_FILTER_PROPERTIES;
      }, `Name 1 to ${MAX_FILTER_PROPERTIES} properties.`),
  })
  .nullish()
  .transform((value) => value ?? undefined)
  .describe("Counts only events with all these property values, compared as text.");

const OverageAllowed = z.object({
  feature_id: featureId,
  enabled: z
    .boolean()
    .default(false)
    .describe("On: balances may go below zero without charge. Off: use stops at zero."),
});

const SpendLimit = z.object({
  feature_id: featureId
    .nullish()
    .transform((value) => value ?? undefined)
    .describe("Absent: every feature without a spend limit of its own here."),
  enabled: z.boolean().default(false),
  limit_type: z.enum(["absolute", "usage_percentage"]).optional(),
  overage_limit: atLeast(0)
    .optional()
    .describe("Units beyond the grant, or percent of what the main plans include."),
  skip_overage_billing: z.boolean().optional(),
});

const UsageLimit = z.object({
  feature_id: featureId,
  enabled: z.boolean().default(true),
  limit: atLeast(0),
  interval: z.enum(["day", "week", "month", "year"]),
  anchor: z
    .enum(["billing_cycle", "utc"])
    .optional()
    .describe("Windows of the feature's own cycle, the default, or of the UTC calendar."),
  filter,
});

const UsageAlert = z.object({
  feature_id: featureId
    .nullish()
    .transform((value) => value ?? undefined)
    .describe("Absent: every feature with a balance."),
  enabled: z.boolean().default(true),
  threshold: atLeast(0),
  threshold_type: z.enum(["usage", "usage_percentage", "remaining", "remaining_percentage"]),
  basis: z
    .enum(["balance", "included", "recurring", "usage_limit"])
    .default("balance")
    .refine((basis) => basis === "balance" || basis === "usage_limit", {
      message: "'basis' is supported as balance or usage_limit. Use one of them.",
      params: { reason: "not_supported" },
    })
    .transform((basis) => basis as "balance" | "usage_limit")
    .describe("The balance, or the counter of the usage limit with the same filter."),
  filter,
  name: z.string().min(1).max(256).optional(),
});

const PurchaseLimit = z.object({
  interval: z.enum(["hour", "day", "week", "month"]),
  interval_count: z.int().min(1).max(1000).default(1),
  limit: z.int().min(1).max(1_000_000),
  count: notSupported("billing_controls.auto_topups.purchase_limit.count", 0),
});

const AutoTopup = z.object({
  feature_id: featureId,
  enabled: z.boolean().default(false),
  threshold: units.describe(
    "The whole balance at or below which units are bought; may be negative.",
  ),
  quantity: atLeast(1),
  purchase_limit: PurchaseLimit.nullish().transform((value) => value ?? undefined),
  invoice_mode: z.boolean().optional(),
});

type Keyed = {
  readonly feature_id?: string | undefined;
};

/** A list in which no two entries are about the same. */
function listOf<Entry extends z.ZodType<Keyed>>(
  entry: Entry,
  keyOf: (entry: z.output<Entry>) => string,
  what: string,
) {
  return z
    .array(entry)
    .max(MAX_ENTRIES)
    .superRefine((entries, issues) => {
      const seen = new Set<string>();
      for (const [n, one] of entries.entries()) {
        const key = keyOf(one);
        if (seen.has(key)) {
          issues.addIssue({
            code: "custom",
            path: [n, "feature_id"],
            message: `The list has ${what} already. Send one.`,
          });
        }
        seen.add(key);
      }
    })
    .nullish()
    .transform((entries) => entries ?? undefined);
}

const perFeature = (entry: Keyed) => entry.feature_id ?? "";

const perFilter = (limit: {
  feature_id: string;
  filter?: { properties: PropertyFilter } | undefined;
}) => JSON.stringify([limit.feature_id, filterKey(limit.filter?.properties ?? null)]);
const sameLimit = "a usage limit of this feature with this filter";

const entityLists = {
  spend_limits: listOf(SpendLimit, perFeature, "a spend limit of this feature"),
  usage_limits: listOf(UsageLimit, perFilter, sameLimit),
  usage_alerts: listOf(
    UsageAlert,
    ({ name: _, enabled: __, ...alert }) =>
      JSON.stringify([
        alert.feature_id ?? "",
        alert.threshold,
        alert.threshold_type,
        alert.basis,
        filterKey(alert.filter?.properties ?? null),
      ]),
    "this alert",
  ),
  overage_allowed: listOf(OverageAllowed, perFeature, "an entry of this feature"),
};

const UsageLimitChange = UsageLimit.partial({ limit: true, interval: true })
  .extend({
    usage: atLeast(0)
      .optional()
      .describe("Sets what the present window has counted; alone, the limit stays as it is."),
  })
  .superRefine((change, issues) => {
    for (const key of ["limit", "interval"] as const) {
      if (change[key] !== undefined || (change.usage !== undefined && !hasRule(change))) continue;
      issues.addIssue({ code: "custom", path: [key], message: "Send it, or only 'usage'." });
    }
  });

/** Whether a change says what the limit is, and not only what it has counted. */
export function hasRule(change: {
  readonly limit?: unknown;
  readonly interval?: unknown;
}): boolean {
  return change.limit !== undefined || change.interval !== undefined;
}

/** What a request may set on an entity. */
export const EntityControlsInput = z.object(entityLists);

/** What a request may set on a customer or a plan: a list that is sent replaces the whole list. */
export const ControlsInput = z.object({
  auto_topups: listOf(AutoTopup, perFeature, "a top-up of this feature"),
  ...entityLists,
});

const changedLimits = { usage_limits: listOf(UsageLimitChange, perFilter, sameLimit) };

/** What a later request may change of an entity's controls: also what its limits have counted. */
export const EntityControlsChange = EntityControlsInput.extend(changedLimits);

/** What a later request may change of a customer's controls. */
export const ControlsChange = ControlsInput.extend(changedLimits);

/** The lists of a later request. */
export type ChangedLists = Partial<z.output<typeof ControlsChange>>;

/** Lists of controls as they are sent and as they are stored. */
export type ControlLists = Partial<z.output<typeof ControlsInput>>;

const filterOutput = z.object({ properties: z.record(z.string(), z.string()) }).optional();

const overageAllowedOutput = { feature_id: z.string(), enabled: z.boolean() };

const spendLimitOutput = {
  feature_id: z.string().optional(),
  enabled: z.boolean(),
  limit_type: z.enum(["absolute", "usage_percentage"]).optional(),
  overage_limit: z.number().optional(),
  skip_overage_billing: z.boolean().optional(),
};

const usageLimitOutput = {
  feature_id: z.string(),
  enabled: z.boolean(),
  limit: z.number(),
  interval: z.enum(["day", "week", "month", "year"]),
  anchor: z.enum(["billing_cycle", "utc"]).optional(),
  filter: filterOutput,
};

const usageAlertOutput = {
  feature_id: z.string().optional(),
  enabled: z.boolean(),
  threshold: z.number(),
  threshold_type: z.enum(["usage", "usage_percentage", "remaining", "remaining_percentage"]),
  basis: z.enum(["balance", "usage_limit"]),
  filter: filterOutput,
  name: z.string().optional(),
};

const autoTopupOutput = {
  feature_id: z.string(),
  enabled: z.boolean(),
  threshold: z.number(),
  quantity: z.number(),
  purchase_limit: z
    .object({
      interval: z.enum(["hour", "day", "week", "month"]),
      interval_count: z.number(),
      limit: z.number(),
    })
    .optional(),
  invoice_mode: z.boolean().optional(),
};

/** The controls of a plan as they were set. */
export const PlanControlsOutput = z.object({
  auto_topups: z.array(z.object(autoTopupOutput)).optional(),
  spend_limits: z.array(z.object(spendLimitOutput)).optional(),
  usage_limits: z.array(z.object(usageLimitOutput)).optional(),
  usage_alerts: z.array(z.object(usageAlertOutput)).optional(),
  overage_allowed: z.array(z.object(overageAllowedOutput)).optional(),
});

const source = z
  .enum(["entity", "customer", "plan"])
  .describe("Where the control that counts was set.");

/** The controls that count for an entity, with where each was set. */
export const EntityControlsOutput = z.object({
  spend_limits: z.array(z.object({ ...spendLimitOutput, source })).optional(),
  usage_limits: z
    .array(
      z.object({
        ...usageLimitOutput,
        usage: z.number().describe("What the present window has counted."),
        source,
      }),
    )
    .optional(),
  usage_alerts: z.array(z.object({ ...usageAlertOutput, source })).optional(),
  overage_allowed: z.array(z.object({ ...overageAllowedOutput, source })).optional(),
});

/** The controls that count for a customer, with where each was set. */
export const CustomerControlsOutput = EntityControlsOutput.extend({
  auto_topups: z.array(z.object({ ...autoTopupOutput, source })).optional(),
});

import { z } from "zod";
import type { Catalog, CatalogFeature } from "../../catalog/catalog";
import { WindfallError } from "../../core/error";
import { hasBalance } from "../../core/feature";
import { invariant } from "../../core/invariant";
import { toWire } from "../../core/quantity";
import { operation } from "../../platform/operation";
import { externalId, instant, jsonObject, notSupported, quantityInput } from "../../platform/wire";
import { BalanceObject, DeductionObject } from "../balance-schema";
import { decideInBatch } from "../hot/batch";
import type { Decided, Subject } from "../hot/subject";
import { presentUses } from "../present-uses";
import { usageEffects } from "../usage-effects";
import { featureNamed, oneUnit, requirePlausibleTime } from "../usage-rules";
import { type RecordedUse, recordUse, subjectAfter } from "../use";

const TrackInput = z
  .object({
    customer_id: externalId,
    feature_id: z.string().min(1).max(256).optional(),
    event_name: z.string().min(1).max(256).optional(),
    entity_id: externalId.optional(),
    value: quantityInput.optional().describe("Units used; 1 when left out, negative gives back."),
    properties: jsonObject.optional(),
    timestamp: instant.optional().describe("When it happened, at most 13 months ago."),
    overage_behavior: z
      .enum(["cap", "overflow"])
      .optional()
      .describe("What happens to units that no balance covers: dropped, or booked below zero."),
    async: z
      .boolean()
      .optional()
      .describe("Accepted for its callers' sake: every use is stored before it is answered."),
    lock: notSupported("lock"),
  })
  .refine((input) => (input.feature_id === undefined) !== (input.event_name === undefined), {
    message: "send exactly one of feature_id and event_name",
  });

const TrackOutput = z.object({
  customer_id: z.string(),
  entity_id: z.string().optional(),
  event_name: z.string().optional(),
  value: z.number(),
  balance: BalanceObject.nullable().describe("Null when the customer has no such balance."),
  balances: z.record(z.string(), BalanceObject).optional(),
  deductions: z.array(DeductionObject),
});

type Input = z.output<typeof TrackInput>;
type Answer = z.input<typeof TrackOutput>;

/**
 * Records use of a feature, or of every feature that lists the event's name, and takes it from the
 * customer's balances in burn order (domain §§16, 18). The event is stored even when nothing was
 * there to take; the answer's `value` is what was asked for, its deductions what was taken.
 */
export const track = operation(
  {
    kind: "command",
    scope: "balances:write",
    confirmsKey: true,
    usage: true,
    summary: "Record usage",
    input: TrackInput,
    output: TrackOutput,
    errors: ["customer_not_found", "feature_not_found", "entity_not_found", "invalid_event_name"],
    example: { customer_id: "user_123", feature_id: "messages", value: 3 },
  },
  async (ctx, input) => {
    requirePlausibleTime(input.timestamp, ctx.now);
    return (await decideInBatch({
      ctx,
      customerId: input.customer_id,
      entityId: input.entity_id ?? null,
      featuresIn: (catalog) => featuresToTrack(catalog, input),
      decide: (subject) => decideTrack(subject, input),
    })) as Answer;
  },
);

function featuresToTrack(catalog: Catalog, input: Input): readonly CatalogFeature[] {
  if (input.feature_id !== undefined) return [featureNamed(catalog, input.feature_id)];
  const listed = catalog.featuresByEvent.get(input.event_name ?? "") ?? [];
  if (listed.length > 0) return listed;
  throw new WindfallError(
    "not_found",
    "feature_not_found",
    `No feature lists the event name ${input.event_name}`,
  );
}

function decideTrack(subject: Subject, input: Input): Decided {
  const value = input.value ?? oneUnit;
  const uses: RecordedUse[] = [];
  // A boolean feature has no balance to take from; tracking it means nothing (domain §1).
  for (const feature of subject.features.filter(hasBalance)) {
    const use = recordUse(subjectAfter(subject, uses), feature, {
      value,
      overageBehavior: input.overage_behavior ?? "cap",
      properties: input.properties ?? null,
      eventName: input.event_name ?? null,
      occurredAt: input.timestamp ?? subject.now,
    });
    invariant("event" in use, "only `reject` can leave a track unapplied");
    uses.push(use);
  }
  const answer: Answer = {
    customer_id: input.customer_id,
    ...(input.entity_id === undefined ? {} : { entity_id: input.entity_id }),
    ...(input.event_name === undefined ? {} : { event_name: input.event_name }),
    value: toWire(value),
    ...presentUses(subject, uses),
  };
  return { answer, ...usageEffects(subject, uses), events: uses.map(({ event }) => event) };
}

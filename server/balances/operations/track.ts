import { z } from "zod";
import { toWire } from "../../core/quantity";
import { operation } from "../../platform/operation";
import { BalanceObject, DeductionObject } from "../balance-schema";
import { decideInBatch } from "../hot/batch";
import type { Decided, Subject } from "../hot/subject";
import { type HoldRequest, holdRequest } from "../locks/hold-use";
import { presentUses } from "../present-uses";
import { featuresToTrack, type TrackedUse, TrackInput, trackUses } from "../track-usage";
import { usageEffects } from "../usage-effects";
import { oneUnit, requirePlausibleTime } from "../usage-rules";

const TrackOutput = z.object({
  customer_id: z.string(),
  entity_id: z.string().optional(),
  event_name: z.string().optional(),
  value: z.number(),
  balance: BalanceObject.nullable().describe("Null when the customer has no such balance."),
  balances: z.record(z.string(), BalanceObject).optional(),
  deductions: z.array(DeductionObject),
  lock_id: z
    .string()
    .optional()
    .describe("The lock that was made, by the name to finalize it with."),
});

type Answer = z.input<typeof TrackOutput>;

/**
 * Records use of a feature, or of every feature that lists the event's name, and takes it from the
 * customer's balances in burn order (domain §§16, 18). The event is stored even when nothing was
 * there to take; the answer's `value` is what was asked for, its deductions what was taken. With
 * `lock` what was taken is held until it is finalized (domain §20).
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
    errors: [
      "customer_not_found",
      "feature_not_found",
      "entity_not_found",
      "invalid_event_name",
      "lock_already_exists",
    ],
    example: { customer_id: "user_123", feature_id: "messages", value: 3 },
  },
  async (ctx, input) => {
    const hold = holdRequest(input.lock, input.value ?? oneUnit);
    return (await decideInBatch({
      ctx,
      customerId: input.customer_id,
      entityId: input.entity_id ?? null,
      ...(hold === null ? {} : { lockKey: hold.key }),
      featuresIn: (catalog) => featuresToTrack(catalog, input),
      decide: (subject) => {
        requirePlausibleTime(input.timestamp, ctx.now);
        return decideTrack(subject, input, hold);
      },
    })) as Answer;
  },
);

function decideTrack(subject: Subject, input: TrackedUse, hold: HoldRequest | null): Decided {
  const { uses, locks } = trackUses(subject, input, hold);
  const answer: Answer = {
    customer_id: input.customer_id,
    ...(input.entity_id === undefined ? {} : { entity_id: input.entity_id }),
    ...(input.event_name === undefined ? {} : { event_name: input.event_name }),
    value: toWire(input.value ?? oneUnit),
    ...presentUses(subject, uses),
    ...(hold === null ? {} : { lock_id: hold.key }),
  };
  const events = uses.map(({ event }) => event);
  return { answer, ...usageEffects(subject, uses), events, locks };
}

import { z } from "zod";
import type { Catalog, CatalogFeature } from "../catalog/catalog";
import { WindfallError } from "../core/error";
import { hasBalance } from "../core/feature";
import { invariant } from "../core/invariant";
import { externalId, instant, jsonObject, notSupported, quantityInput } from "../platform/wire";
import type { Subject } from "./hot/subject";
import { featureNamed, oneUnit } from "./usage-rules";
import { type RecordedUse, recordUse, subjectAfter } from "./use";

/** One reported use: the body of `track`, and an item of `batch_track`. */
export const TrackInput = z
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

export type TrackedUse = z.output<typeof TrackInput>;

/**
 * The features that a use is of: the one named, or all that list the event's name.
 *
 * @throws `not_found/feature_not_found`
 */
export function featuresToTrack(catalog: Catalog, input: TrackedUse): readonly CatalogFeature[] {
  if (input.feature_id !== undefined) return [featureNamed(catalog, input.feature_id)];
  const listed = catalog.featuresByEvent.get(input.event_name ?? "") ?? [];
  if (listed.length > 0) return listed;
  throw new WindfallError(
    "not_found",
    "feature_not_found",
    `No feature lists the event name ${input.event_name}`,
  );
}

/**
 * Takes a reported use from the subject's balances, feature by feature (domain §§16, 18). A use is
 * recorded even when nothing was there to take.
 */
export function trackUses(subject: Subject, input: TrackedUse): RecordedUse[] {
  const uses: RecordedUse[] = [];
  // A boolean feature has no balance to take from; tracking it means nothing (domain §1).
  for (const feature of subject.features.filter(hasBalance)) {
    const use = recordUse(subjectAfter(subject, uses), feature, {
      value: input.value ?? oneUnit,
      overageBehavior: input.overage_behavior ?? "cap",
      properties: input.properties ?? null,
      eventName: input.event_name ?? null,
      occurredAt: input.timestamp ?? subject.now,
    });
    invariant("event" in use, "only `reject` can leave a track unapplied");
    uses.push(use);
  }
  return uses;
}

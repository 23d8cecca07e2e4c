import { z } from "zod";
import type { Catalog, CatalogFeature } from "../catalog/catalog";
import type { Lock } from "../core/balances/lock";
import { WindfallError } from "../core/error";
import { hasBalance } from "../core/feature";
import { invariant } from "../core/invariant";
import { externalId, instant, jsonObject, notSupported, quantityInput } from "../platform/wire";
import type { Subject } from "./hot/subject";
import { type HoldRequest, holdUse, LockInput, requireLockable } from "./locks/hold-use";
import { featureNamed, oneUnit } from "./usage-rules";
import { type RecordedUse, type ReportedUse, recordUse, subjectAfter } from "./use";

const fields = {
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
};

function namesOne(input: { feature_id?: unknown; event_name?: unknown }): boolean {
  return (input.feature_id === undefined) !== (input.event_name === undefined);
}

const nameOne = { message: "send exactly one of feature_id and event_name" };

/** One reported use, which may be held for now. */
export const TrackInput = z
  .object({
    ...fields,
    lock: LockInput.optional().describe(
      "Hold what was taken until `balances.finalize` says what was used.",
    ),
  })
  .refine(namesOne, nameOne);

/**
 * A use in a list. No lock: a name that is taken would fail the list when half of it is stored. No
 * key of its own: the list has one.
 */
export const TrackItem = z
  .object({
    ...fields,
    lock: notSupported("lock"),
    idempotency_key: notSupported("idempotency_key"),
  })
  .refine(namesOne, nameOne);

export type TrackedUse = Omit<z.output<typeof TrackInput>, "lock">;

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
 *
 * @param hold the lock under which the units are held for now, which is of one feature.
 */
export function trackUses(
  subject: Subject,
  input: TrackedUse,
  hold: HoldRequest | null = null,
): { uses: readonly RecordedUse[]; locks: readonly Lock[] } {
  if (hold !== null) return holdTracked(subject, input, hold);
  const uses: RecordedUse[] = [];
  // A boolean feature has no balance to take from; tracking it means nothing (domain §1).
  for (const feature of subject.features.filter(hasBalance)) {
    const use = recordUse(subjectAfter(subject, uses), feature, reportOf(subject, input));
    invariant("event" in use, "only `reject` can leave a track unapplied");
    uses.push(use);
  }
  return { uses, locks: [] };
}

function holdTracked(subject: Subject, input: TrackedUse, request: HoldRequest) {
  const [feature, ...others] = subject.features;
  if (feature === undefined || others.length > 0) {
    throw new WindfallError(
      "invalid_request",
      "invalid_inputs",
      `lock: the event '${input.event_name}' moves several features, and a lock holds one. Send feature_id instead.`,
    );
  }
  requireLockable(feature);
  const held = holdUse(subject, feature, { request, ...reportOf(subject, input) });
  invariant("lock" in held, "only `reject` can leave a track unapplied");
  return { uses: [held.use], locks: [held.lock] };
}

function reportOf(subject: Subject, input: TrackedUse): ReportedUse {
  return {
    value: input.value ?? oneUnit,
    overageBehavior: input.overage_behavior ?? "cap",
    properties: input.properties ?? null,
    eventName: input.event_name ?? null,
    occurredAt: input.timestamp ?? subject.now,
  };
}

import { z } from "zod";
import type { CatalogFeature } from "../../catalog/catalog";
import type { Deduction, UseRules } from "../../core/balances/deduction";
import { holdLock, LONGEST_HOLD_MS, type Lock } from "../../core/balances/lock";
import { WindfallError } from "../../core/error";
import { type Quantity, zero } from "../../core/quantity";
import { newId } from "../../platform/id";
import { instant } from "../../platform/wire";
import type { Subject } from "../hot/subject";
import { type RecordedUse, type ReportedUse, recordUse } from "../use";

/** The fields of `lock` that check and track share. */
export const lockFields = {
  lock_id: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe("Your own name for it, for `balances.finalize`; made up and answered when left out."),
  enabled: z.literal(true),
  expires_at: instant
    .optional()
    .describe(
      "When the units go back by themselves, at most 24 hours ahead. Left out, the lock lapses after 24 hours and what it took stays taken.",
    ),
};

/** A lock as `track` takes it. */
export const LockInput = z.object(lockFields);

/** A lock that is asked for, before anything is decided. */
export interface HoldRequest {
  readonly key: string;
  /** Null for a lock that lapses. */
  readonly expiresAt: Date | null;
}

/**
 * Reads the `lock` of a request; null without one.
 *
 * @throws `invalid_inputs` for units below zero.
 */
export function holdRequest(
  lock: z.output<typeof LockInput> | undefined,
  amount: Quantity,
): HoldRequest | null {
  if (lock === undefined) return null;
  const { lock_id: key = newId(), expires_at: expiresAt = null } = lock;
  if (amount.lessThan(zero)) throw refused("A lock holds units: send an amount of 0 or more.");
  return { key, expiresAt };
}

/** Asked when the lock is made and not before, so that a retry after its end finds its answer. */
function requireInReach({ expiresAt }: HoldRequest, now: Date): void {
  const ahead = expiresAt === null ? LONGEST_HOLD_MS : expiresAt.getTime() - now.getTime();
  if (ahead > 0 && ahead <= LONGEST_HOLD_MS) return;
  throw refused("lock.expires_at must lie in the future, at most 24 hours ahead.");
}

/** Only what is used up can be held: seats are taken and freed, and a switch is on or off. */
export function requireLockable(feature: CatalogFeature): void {
  if (feature.type !== "boolean" && feature.consumable) return;
  const why = feature.type === "boolean" ? "is on or off" : "is not used up";
  throw refused(`lock: '${feature.slug}' ${why}, so no units of it can be held. Leave lock out.`);
}

function refused(message: string): WindfallError {
  return new WindfallError("invalid_request", "invalid_inputs", message);
}

/** A use that holds its units, or why it fell short. */
type Held =
  | { readonly use: RecordedUse; readonly lock: Lock }
  | Extract<Deduction, { outcome: "insufficient" }>;

/**
 * Deducts units and holds them under a lock (domain §20). The event and the lock say what was
 * applied: what a capped deduction drops is not held.
 *
 * @throws `invalid_inputs` for an expiry in the past or beyond 24 hours; `lock_already_exists` when
 * a lock of that name is held in the environment.
 */
export function holdUse(
  subject: Subject,
  feature: CatalogFeature,
  { request, ...report }: ReportedUse & { readonly request: HoldRequest },
  rules?: UseRules,
): Held {
  requireInReach(request, subject.now);
  if (subject.lockKeyTaken) {
    throw new WindfallError(
      "conflict",
      "lock_already_exists",
      `A lock '${request.key}' is held already. Finalize it first, or send another lock_id.`,
    );
  }
  const use = recordUse(subject, feature, { ...report, isHeld: true }, rules);
  if (!("event" in use)) return use;
  const { deduction } = use;
  const event = { ...use.event, value: deduction.applied };
  const lock = holdLock({
    id: event.id,
    key: request.key,
    featureId: feature.id,
    entityId: event.entityId,
    properties: report.properties,
    deduction,
    expiresAt: request.expiresAt,
    at: subject.now,
  });
  return { use: { ...use, event }, lock };
}

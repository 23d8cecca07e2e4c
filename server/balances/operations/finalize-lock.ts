import { z } from "zod";
import type { Catalog, CatalogFeature } from "../../catalog/catalog";
import { LockStatus } from "../../core/balances/lock";
import { WindfallError } from "../../core/error";
import { zero } from "../../core/quantity";
import type { Ctx } from "../../platform/context";
import { operation } from "../../platform/operation";
import { sql } from "../../platform/sql";
import { inTransaction } from "../../platform/transaction";
import { jsonObject, quantityInput, successOutput } from "../../platform/wire";
import { decideInBatch } from "../hot/batch";
import type { Decided, Subject } from "../hot/subject";
import { settleLock } from "../locks/settle-lock";

const FinalizeLockInput = z
  .object({
    lock_id: z.string().min(1).max(256),
    action: z.enum(["confirm", "release"]).describe("Keep what was used, or give all of it back."),
    override_value: quantityInput
      .optional()
      .describe("With `confirm`: the units that were used in the end, when not those held."),
    properties: jsonObject
      .optional()
      .describe("Stored with the event of the difference, beside those of the lock."),
  })
  .refine((input) => input.action === "confirm" || input.override_value === undefined, {
    message: "a release gives everything back: send override_value only with action 'confirm'",
    path: ["override_value"],
  });

type Input = z.output<typeof FinalizeLockInput>;

/**
 * Closes a lock (domain §20). Units that were not used go back to where they came from, more than
 * were held are deducted as any use, and an event records the difference. A lock is closed once: of
 * several callers one wins, and for the others it does not exist any more.
 */
export const finalizeLock = operation(
  {
    kind: "command",
    scope: "balances:write",
    confirmsKey: true,
    usage: true,
    summary: "Confirm or release a lock",
    input: FinalizeLockInput,
    output: successOutput,
    errors: ["invalid_request"],
    example: { lock_id: "job_123", action: "confirm", override_value: 3 },
  },
  async (ctx, input) => {
    const place = await findHeld(ctx, input.lock_id);
    if (place === null) return refuseUnlessStored(ctx, input.lock_id);
    await decideInBatch({
      ctx,
      customerId: place.customer,
      entityId: place.entity,
      lockKey: input.lock_id,
      featuresIn: (catalog) => [featureOf(catalog, place.featureId)],
      decide: (subject) => decideFinalize(subject, input),
    });
    return { success: true };
  },
);

interface Place {
  readonly featureId: number;
  /** External ids; an entity that was deleted since has none. */
  readonly customer: string;
  readonly entity: string | null;
}

async function findHeld(ctx: Ctx, key: string): Promise<Place | null> {
  const [place] = await ctx.db.query<Place>(sql`
    SELECT l.feature_id AS "featureId", c.external_id AS customer, e.external_id AS entity
    FROM lock l
    JOIN customer c ON c.env_id = l.env_id AND c.id = l.customer_id AND c.deleted_at IS NULL
    LEFT JOIN entity e ON e.customer_id = l.customer_id AND e.id = l.entity_id AND e.deleted_at IS NULL
    WHERE l.env_id = ${ctx.tenant.envId} AND l.lock_key = ${key} AND l.status = 0`);
  return place ?? null;
}

/** A retry finds its stored answer, although the lock that it closed is not held any more. */
function refuseUnlessStored(ctx: Ctx, key: string): Promise<never> {
  return inTransaction(ctx, () => Promise.reject(lockNotFound(key)));
}

function featureOf(catalog: Catalog, featureId: number): CatalogFeature {
  const feature = catalog.featureById.get(featureId);
  if (feature === undefined) {
    throw new WindfallError("not_found", "feature_not_found", "The lock's feature is gone.");
  }
  return feature;
}

function decideFinalize(subject: Subject, input: Input): Decided {
  const { lock } = subject;
  if (lock === null) throw lockNotFound(input.lock_id);
  const isRelease = input.action === "release";
  const settled = settleLock(subject, lock, {
    status: isRelease ? LockStatus.released : LockStatus.confirmed,
    final: isRelease ? zero : (input.override_value ?? lock.amount),
    properties: input.properties ?? null,
  });
  return { answer: { success: true }, ...settled };
}

function lockNotFound(key: string): WindfallError {
  return new WindfallError(
    "invalid_request",
    "invalid_request",
    `Lock not found: no lock '${key}' is held. It may have been finalized or have expired.`,
  );
}

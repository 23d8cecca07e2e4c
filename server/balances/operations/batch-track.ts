import { z } from "zod";
import type { Catalog } from "../../catalog/catalog";
import { cachedCatalog, currentCatalog } from "../../catalog/load-catalog";
import { WindfallError } from "../../core/error";
import { customerNotFound } from "../../customers/rows";
import { entityNotFound } from "../../entities/rows";
import type { Ctx } from "../../platform/context";
import { itemOf, Replay, storedKeys } from "../../platform/idempotency";
import { operation } from "../../platform/operation";
import { successOutput } from "../../platform/wire";
import { findMissing } from "../find-missing";
import { decideInBatch } from "../hot/batch";
import { featuresToTrack, type TrackedUse, TrackItem, trackUses } from "../track-usage";
import { usageEffects } from "../usage-effects";
import { isPlausibleTime, requirePlausibleTime } from "../usage-rules";

const MAX_ITEMS = 1000;
const MEGABYTE = 1024 * 1024;

/**
 * Records up to 1,000 uses, each as `track` would, in the order given for each customer. The answer
 * comes once all are stored; balances are not part of it.
 *
 * What is wrong with any item, be it its shape or a name that nobody has, refuses the whole call
 * before anything is stored, and the message names the item by its place, counted from 0. Items are
 * not one transaction: when the database fails in between, the call fails and some are stored. With
 * an idempotency key each item is stored under the key and its place, so that the same call sent
 * again adds what is missing and nothing twice.
 */
export const batchTrack = operation(
  {
    kind: "command",
    scope: "balances:write",
    confirmsKey: true,
    usage: true,
    successStatus: 202,
    bodyLimitBytes: 10 * MEGABYTE,
    summary: "Record many uses at once",
    description:
      "A list of up to 1,000 bodies of `balances.track`, at most 10 MB. One wrong item refuses the whole list, and the message names it by its place, counted from 0. With an idempotency key the same list may be sent again after any failure: nothing counts twice.",
    input: z.array(TrackItem).min(1).max(MAX_ITEMS),
    output: successOutput,
    errors: ["customer_not_found", "feature_not_found", "entity_not_found"],
    example: [
      { customer_id: "user_123", feature_id: "messages", value: 3 },
      { customer_id: "user_123", feature_id: "messages", value: 1 },
    ],
  },
  async (ctx, items) => {
    await requireRecordable(ctx, items);
    const recorded = await Promise.allSettled(items.map((item, n) => record(ctx, item, n)));
    recorded.forEach((one, n) => {
      if (one.status === "rejected") atPlace(n, () => raise(one.reason));
    });
    const answer = { success: true };
    const isRepeat = recorded.every((one) => one.status === "fulfilled" && one.value === "before");
    if (isRepeat) throw new Replay({ status: 202, body: JSON.stringify(answer) });
    return answer;
  },
);

/** Stores an item, unless an earlier call with the same key did. */
async function record(ctx: Ctx, item: TrackedUse, n: number): Promise<"now" | "before"> {
  const idempotency = ctx.idempotency === null ? null : itemOf(ctx.idempotency, n);
  try {
    await decideInBatch({
      ctx: { ...ctx, idempotency },
      customerId: item.customer_id,
      entityId: item.entity_id ?? null,
      featuresIn: (catalog) => featuresToTrack(catalog, item),
      decide: (subject) => {
        const { uses } = trackUses(subject, item);
        const events = uses.map(({ event }) => event);
        return { answer: null, ...usageEffects(subject, uses), events };
      },
    });
    return "now";
  } catch (error) {
    if (error instanceof Replay) return "before";
    throw error;
  }
}

/**
 * Looks for every customer, entity and feature that the items name, and at their times. What an
 * earlier call with the same key has stored passes.
 *
 * @throws `invalid_inputs` or `not_found/…` for the first that is wrong, with its place.
 */
async function requireRecordable(ctx: Ctx, items: readonly TrackedUse[]): Promise<void> {
  const missing = await findMissing(
    ctx,
    items.map((item) => ({ customerId: item.customer_id, entityId: item.entity_id ?? null })),
  );
  const untimely = items.flatMap(({ timestamp }, n) =>
    isPlausibleTime(timestamp, ctx.now) ? [] : [n],
  );
  const stored = await storedAlready(ctx, [...new Set([...missing.keys(), ...untimely])]);
  for (const n of untimely) {
    if (!stored.has(n)) atPlace(n, () => requirePlausibleTime(items[n]?.timestamp, ctx.now));
  }
  const requireKnown = (catalog: Catalog) => {
    items.forEach((item, n) => {
      atPlace(n, () => {
        featuresToTrack(catalog, item);
        if (stored.has(n)) return;
        if (missing.get(n) === "customer") throw customerNotFound(item.customer_id);
        if (missing.get(n) === "entity") throw entityNotFound(item.entity_id ?? "");
      });
    });
  };
  const cached = cachedCatalog(ctx.tenant.envId);
  try {
    if (cached !== null) return requireKnown(cached);
  } catch (error) {
    // What memory does not know may have been made since.
    if (!(error instanceof WindfallError)) throw error;
  }
  requireKnown(await currentCatalog(ctx));
}

/** The places among these that an earlier call with the same key has stored. */
async function storedAlready(ctx: Ctx, places: readonly number[]): Promise<Set<number>> {
  const { idempotency } = ctx;
  if (idempotency === null || places.length === 0) return new Set();
  const keys = places.map((n) => itemOf(idempotency, n).keyHash);
  const known = await storedKeys(ctx, keys);
  return new Set(places.filter((_, n) => known.has(keys[n] ?? "")));
}

/** Runs `work` for an item; its refusals name the item. */
function atPlace(n: number, work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof WindfallError)) throw error;
    throw new WindfallError(error.kind, error.reason, `${n}: ${error.message}`);
  }
}

function raise(error: unknown): never {
  throw error;
}

import { nextBoundary, previousBoundary } from "../interval";
import { larger, type Quantity, zero } from "../quantity";
import {
  filterKey,
  matchesFilter,
  tighter,
  type UsageLimit,
  type UsageLimitRule,
  type UsageWindow,
} from "./controls";
import type { Grant } from "./grant";

/** Where UTC windows repeat from: a Monday for weeks, the first of a month and of a year. */
const calendarAnchors = {
  day: Date.UTC(1970, 0, 1),
  week: Date.UTC(1970, 0, 5),
  month: Date.UTC(1970, 0, 1),
  year: Date.UTC(1970, 0, 1),
} as const;

/** What a limit is decided on: its counters and the rhythm of the feature. */
export type LimitView = {
  readonly featureId: number;
  /** The feature's counters, of every scope. */
  readonly windows: readonly UsageWindow[];
  /** The instant that the feature's cycle repeats from for this scope; null has no cycle. */
  readonly cycleAnchor: (scopeId: string) => Date | null;
  readonly now: Date;
};

/** Units of a feature, and credits of each system that pays for it, that limits leave for one use. */
export type UsageHeadroom = {
  /** Null is no limit. */
  readonly units: Quantity | null;
  /** Of the credit systems with a limit, by feature id; rollovers are not held by it. */
  readonly credits: ReadonlyMap<number, Quantity>;
};

/** Nothing limits the use. */
export const boundless: UsageHeadroom = { units: null, credits: new Map() };

/**
 * The window of a limit at an instant (domain §22): by the feature's cycle where the limit follows
 * it and the feature has one, else by the UTC calendar with weeks from Monday.
 */
export function windowAt(
  limit: Pick<UsageLimit, "interval" | "anchor">,
  cycleAnchor: Date | null,
  now: Date,
): { startsAt: Date; endsAt: Date } {
  const followed = limit.anchor === "billing_cycle" ? cycleAnchor : null;
  const anchor = followed ?? new Date(calendarAnchors[limit.interval]);
  const interval = { unit: limit.interval, count: 1 };
  return {
    startsAt: previousBoundary(anchor, interval, now),
    endsAt: nextBoundary(anchor, interval, now),
  };
}

/**
 * The instant that a feature's cycle repeats from: that of its resetting grant, in the first place
 * of a main plan, else the oldest. A customer's limit looks at the customer's own grants first, an
 * entity's at the entity's, so that everyone who shares a counter shares its windows.
 */
export function cycleAnchorOf(grants: readonly Grant[], entityId: string | null): Date | null {
  const resetting = grants.filter((grant) => grant.anchorAt !== null && grant.kind !== "rollover");
  const rank = (grant: Grant) =>
    4 * Number(grant.entityId !== entityId) +
    2 * Number(grant.entityId !== null) +
    Number(grant.kind !== "plan");
  const [first] = resetting.sort(
    (a, b) =>
      rank(a) - rank(b) || a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1),
  );
  return first?.anchorAt ?? null;
}

/** What the limits that count a use with these properties leave: the tightest; null is no limit. */
export function limitHeadroom(
  limits: readonly UsageLimit[],
  view: LimitView,
  properties: Readonly<Record<string, unknown>> | null,
): Quantity | null {
  let headroom: Quantity | null = null;
  for (const limit of limits) {
    if (!matchesFilter(limit.filter, properties)) continue;
    headroom = tighter(headroom, larger(zero, limit.limit.minus(usedOf(limit, view))));
  }
  return headroom;
}

/** What a limit has counted in its present window. */
export function usedOf(limit: UsageLimit, view: LimitView): Quantity {
  return counterOf(limit, view).used;
}

/**
 * Counts units in the windows of all limits that count a use with these properties. Below zero
 * gives headroom back; a counter never falls below zero.
 *
 * @returns the counters that changed, as they stand afterwards.
 */
export function countUse(
  limits: readonly UsageLimit[],
  view: LimitView,
  use: { readonly amount: Quantity; readonly properties: Readonly<Record<string, unknown>> | null },
): UsageWindow[] {
  if (use.amount.isZero()) return [];
  return limits.flatMap((limit) => {
    if (!matchesFilter(limit.filter, use.properties)) return [];
    const counter = counterOf(limit, view);
    const used = larger(zero, counter.used.plus(use.amount));
    return used.equals(counter.used) ? [] : [{ ...counter, used }];
  });
}

/** The counter of a limit's present window, set to what somebody says was used. */
export function windowWith(limit: UsageLimit, view: LimitView, used: Quantity): UsageWindow {
  return { ...counterOf(limit, view), used };
}

/** The counters after some of them changed. */
export function replaceWindows(
  windows: readonly UsageWindow[],
  changed: readonly UsageWindow[],
): UsageWindow[] {
  const byKey = new Map([...windows, ...changed].map((window) => [windowKey(window), window]));
  return [...byKey.values()];
}

/**
 * A number that is equal for limits that share a counter: one whose limit was raised counts on,
 * another interval, anchor or filter counts afresh. 64 bits, signed as the database has them.
 */
export function limitHash(rule: Omit<UsageLimitRule, "hash" | "limit">): bigint {
  const text = `${rule.interval}|${rule.anchor}|${filterKey(rule.filter)}`;
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return BigInt.asIntN(64, hash);
}

function windowKey(window: UsageWindow): string {
  const { featureId, scopeId, limitHash, startsAt } = window;
  return `${featureId}|${scopeId}|${limitHash}|${startsAt.getTime()}`;
}

function counterOf(limit: UsageLimit, view: LimitView): UsageWindow {
  const { scopeId } = limit;
  const { startsAt, endsAt } = windowAt(limit, view.cycleAnchor(scopeId), view.now);
  const stored = view.windows.find(
    (window) =>
      window.scopeId === scopeId &&
      window.limitHash === limit.hash &&
      window.startsAt.getTime() === startsAt.getTime(),
  );
  return (
    stored ?? {
      featureId: view.featureId,
      scopeId,
      limitHash: limit.hash,
      startsAt,
      endsAt,
      used: zero,
    }
  );
}

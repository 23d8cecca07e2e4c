import { type Quantity, quantity } from "../quantity";
import type { FeatureControls } from "./controls";
import { remainingOf } from "./entitlement";
import type { Grant } from "./grant";
import { overageRoom } from "./overage";

/** What stops further use. */
export type LimitType = "included" | "max_purchase" | "spend_limit" | "usage_limit";

/** Use counts as possible while this much more could be used (domain §28). */
const sliver = quantity("0.0000001");

/** What whoever asks has of one feature at an instant. */
export type LimitState = {
  /** The living grants that it may use. */
  readonly visible: readonly Grant[];
  /** Those of the whole customer. */
  readonly all: readonly Grant[];
  readonly controls: FeatureControls;
  /** What usage limits leave; null is no limit. */
  readonly headroom: Quantity | null;
};

/** What stops further use of a feature, or null when a little more could be used. */
export function stoppedBy(state: LimitState): LimitType | null {
  const { visible, all, controls, headroom } = state;
  if (visible.some((grant) => grant.unlimited)) return null;
  if (headroom?.lessThan(sliver)) return "usage_limit";
  if (visible.some((grant) => grant.balance.greaterThanOrEqualTo(sliver))) return null;
  const room = overageRoom(visible, all, controls);
  if (room.units === null || room.boundedBy === null) return null;
  return remainingOf(visible).plus(room.units).lessThan(sliver) ? room.boundedBy : null;
}

/** What a change brought to a stop: possible before, impossible after (domain §28); else null. */
export function reachedLimit(before: LimitState, after: LimitState): LimitType | null {
  const stop = stoppedBy(after);
  return stop !== null && stoppedBy(before) === null ? stop : null;
}

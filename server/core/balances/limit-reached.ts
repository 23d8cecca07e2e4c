import { type Quantity, quantity } from "../quantity";
import { type FeatureControls, noControls } from "./controls";
import { type Limiting, ownCandidates } from "./deduction";
import { decide } from "./entitlement";
import { type Grant, visibleGrants } from "./grant";

/** Use counts as possible while this much more could be used (domain §28). */
const sliver = quantity("0.0000001");

/** Whether this grant alone lets a little more be used. */
export function leavesSome({ balance }: Grant): boolean {
  return balance.greaterThanOrEqualTo(sliver);
}

/** What whoever asks has of one feature at an instant. */
export type LimitState = {
  readonly featureId: number;
  /** All living grants of the feature, the customer's and its entities'. */
  readonly grants: readonly Grant[];
  readonly entityId: string | null;
  readonly controls: FeatureControls;
  /** What usage limits leave; null is no limit. */
  readonly headroom: Quantity | null;
};

/** What stops further use of a feature, as a check would answer; null when a little more could be used. */
export function stoppedBy(state: LimitState): Limiting | null {
  const { featureId, grants, entityId, controls, headroom } = state;
  const isHeld = headroom?.lessThan(sliver) === true;
  const visible = visibleGrants(grants, entityId);
  // Nearly always something is left, and nothing needs to be worked out.
  if (!isHeld && visible.some(leavesSome)) return null;
  const decision = decide({
    feature: { type: "metered" },
    featureId,
    candidates: ownCandidates(grants),
    entityId,
    controls: controls === noControls ? undefined : new Map([[featureId, controls]]),
    limit: headroom === null ? undefined : { units: headroom, credits: new Map() },
    required: sliver,
  });
  if (decision.allowed) return null;
  return isHeld ? "usage_limit" : (decision.limitedBy ?? "included");
}

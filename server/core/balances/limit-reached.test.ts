import { describe, expect, it } from "vitest";
import { buildGrant, monthly } from "../../testing/grant-factory";
import { quantity, zero } from "../quantity";
import { type FeatureControls, noControls } from "./controls";
import { type Grant, Overflow } from "./grant";
import { type LimitState, stoppedBy } from "./limit-reached";

const stop = (grants: readonly Grant[], more: Partial<LimitState> = {}) =>
  stoppedBy({
    featureId: 1,
    grants,
    entityId: null,
    controls: noControls,
    headroom: null,
    ...more,
  });
const controls = (part: Partial<FeatureControls>): FeatureControls => ({ ...noControls, ...part });
const spendLimit = {
  type: "absolute",
  overageLimit: quantity(5),
  skipOverageBilling: false,
} as const;
const arrear = (balance: number, floor: number | null) =>
  monthly("a", 100, { balance, floor, overflow: Overflow.arrear });

describe("what stops use", () => {
  it("is nothing while a little more could be used", () => {
    expect(stop([monthly("a", 100)])).toBeNull();
    expect(stop([monthly("a", 1, { balance: 0.0000001 })])).toBeNull();
    expect(stop([buildGrant("a", { unlimited: true, balance: -5 })])).toBeNull();
    expect(stop([arrear(-1000, null)])).toBeNull();
    expect(stop([arrear(-9, -10)])).toBeNull();
  });

  it("is the included amount, also of seats that a track would still record", () => {
    expect(stop([monthly("a", 1, { balance: 0 })])).toBe("included");
    expect(stop([monthly("a", 1, { balance: 0.00000009 })])).toBe("included");
    expect(stop([buildGrant("s", { balance: 0, overflow: Overflow.freeSeat })])).toBe("included");
    expect(stop([])).toBe("included");
    expect(stop([arrear(0, null)], { controls: controls({ overageAllowed: false }) })).toBe(
      "included",
    );
  });

  it("is the most that can be bought, or the spend limit in its place", () => {
    expect(stop([arrear(-10, -10)])).toBe("max_purchase");
    expect(stop([arrear(-4, -4)], { controls: controls({ spendLimit }) })).toBeNull();
    expect(stop([arrear(-5, -300)], { controls: controls({ spendLimit }) })).toBe("spend_limit");
  });

  it("is a usage limit whatever the balance, except where use is unlimited", () => {
    expect(stop([monthly("a", 100)], { headroom: zero })).toBe("usage_limit");
    expect(stop([monthly("a", 100)], { headroom: quantity("0.0000001") })).toBeNull();
    expect(stop([buildGrant("a", { unlimited: true })], { headroom: zero })).toBeNull();
  });

  it("is judged for the entity by what it sees", () => {
    const grants = [
      monthly("own", 10, { entityId: "e1", balance: 0 }),
      monthly("other", 10, { entityId: "e2" }),
    ];
    expect(stop(grants, { entityId: "e1" })).toBe("included");
    expect(stop(grants)).toBeNull();
  });
});

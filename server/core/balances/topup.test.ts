import { describe, expect, it } from "vitest";
import { buildGrant, start } from "../../testing/grant-factory";
import { quantity } from "../quantity";
import type { Grant } from "./grant";
import { dueTopup } from "./topup";

const due = (grants: readonly Grant[], threshold: number, suppressedUntil: Date | null = null) =>
  dueTopup(
    {
      threshold: quantity(threshold),
      quantity: quantity(600),
      purchaseLimit: null,
      invoiceMode: false,
    },
    grants,
    { suppressedUntil, now: start },
  );
const plusMs = (ms: number) => new Date(start.getTime() + ms);

describe("an automatic top-up", () => {
  it("is asked for at the threshold, as in the example of 1000 and 100 of which 800 are used", () => {
    const lots = (used: number) => [
      buildGrant("lifetime", { included: 1000, balance: 1000 - used }),
      buildGrant("prepaid", { included: 100 }),
    ];
    expect(due(lots(800), 300)).toEqual(plusMs(30_000));
    expect(due(lots(799.5), 300)).toBeNull();
  });

  it("looks at the whole balance: lots that rolled over, debts and entities' own", () => {
    const grants = [
      buildGrant("debt", { balance: -50 }),
      buildGrant("lot", { kind: "rollover", balance: 20 }),
      buildGrant("seat", { entityId: "e1", balance: 20 }),
    ];
    expect(due(grants, -10)).toEqual(plusMs(30_000));
    expect(due(grants, -11)).toBeNull();
    expect(due([...grants, buildGrant("u", { unlimited: true })], -10)).toBeNull();
  });

  it("is asked for again only half a minute later", () => {
    expect(due([], 0, plusMs(1))).toBeNull();
    expect(due([], 0, start)).toEqual(plusMs(30_000));
  });
});

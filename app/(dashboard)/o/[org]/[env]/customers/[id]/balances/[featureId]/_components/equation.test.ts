import { describe, expect, it } from "vitest";
import type { Lot } from "../../../../_components/customer-types";
import { equationOf } from "./equation";

const now = Date.UTC(2026, 10, 20);

function lot(figures: Partial<Lot> & { granted: number; balance: number }): Lot {
  const { granted, balance } = figures;
  return {
    id: `grt_${granted}_${balance}`,
    balance_id: "grt",
    kind: "plan",
    parent_id: null,
    plan_id: "pro",
    entity_id: null,
    usage: granted - balance,
    unlimited: false,
    starts_at: now - 1,
    expires_at: null,
    next_reset_at: null,
    ended_at: null,
    reconciles: true,
    stored: { granted, balance },
    ledger: { granted, balance },
    ...figures,
  };
}

const byHand = { kind: "manual", plan_id: null };
const read = (lots: readonly Lot[]) => {
  const { terms, result } = equationOf(lots, now, (id) => id.toUpperCase());
  return `${terms.map(({ sign, label, amount }) => `${sign}${label} ${amount}`).join(" ")} = ${result}`;
};

describe("equationOf", () => {
  it("sums what was granted, by source, less what was used", () => {
    expect(
      read([
        lot({ granted: 500, balance: 100 }),
        lot({ ...byHand, granted: 150, balance: 150 }),
        lot({ ...byHand, granted: 50, balance: 50 }),
      ]),
    ).toBe("+PRO 500 +Granted by hand 200 −used 400 = 300");
  });

  it("leaves out what has ended, expired or not begun", () => {
    expect(
      read([
        lot({ granted: 10, balance: 4 }),
        lot({ granted: 500, balance: 100, ended_at: now - 1 }),
        lot({ granted: 500, balance: 100, expires_at: now }),
        lot({ granted: 500, balance: 100, starts_at: now + 1 }),
      ]),
    ).toBe("+PRO 10 −used 6 = 4");
  });

  it("goes below zero, and names what edits raised", () => {
    expect(read([lot({ granted: 10, balance: -5 })])).toBe("+PRO 10 −used 15 = -5");
    expect(read([lot({ granted: 10, balance: 25 })])).toBe("+PRO 10 +raised by edits 15 = 25");
  });

  it("stays exact, and is zero without a lot", () => {
    expect(read([lot({ granted: 0.3, balance: 0.1, usage: 0.2 })])).toBe(
      "+PRO 0.3 −used 0.2 = 0.1",
    );
    expect(read([])).toBe("−used 0 = 0");
  });
});

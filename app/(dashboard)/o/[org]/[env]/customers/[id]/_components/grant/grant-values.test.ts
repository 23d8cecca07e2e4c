import { describe, expect, it } from "vitest";
import { draftOf, expiryOf, type GrantFields, grantValuesSchema, grantVerb } from "./grant-values";

const moment = { openedAt: Date.UTC(2026, 10, 20, 12), zone: "Asia/Kolkata" };
const typed: GrantFields = {
  feature: "messages",
  mode: "add",
  amount: "1.5k",
  expiry: "never",
  expiryDate: "",
  reason: "Outage",
};

function problems(change: Partial<GrantFields>): string[] {
  const parsed = grantValuesSchema(moment).safeParse({ ...typed, ...change });
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join("."));
}

describe("the grant sheet's fields", () => {
  it("are complete with an amount and a reason", () => {
    expect(problems({})).toEqual([]);
    expect(problems({ reason: "  " })).toEqual(["reason"]);
    expect(problems({ amount: "abc" })).toEqual(["amount"]);
  });

  it("refuse nothing to add or remove, but not setting to nothing", () => {
    expect(problems({ amount: "0" })).toEqual(["amount"]);
    expect(problems({ amount: "0", mode: "remove" })).toEqual(["amount"]);
    expect(problems({ amount: "0", mode: "set" })).toEqual([]);
  });

  it("need a day that is not over, and say so beside all else", () => {
    expect(problems({ expiry: "date", reason: "" })).toEqual(["reason", "expiryDate"]);
    expect(problems({ expiry: "date", expiryDate: "2026-11-19" })).toEqual(["expiryDate"]);
    expect(problems({ expiry: "date", expiryDate: "2026-11-20" })).toEqual([]);
    expect(problems({ expiry: "date", mode: "set" })).toEqual([]);
  });
});

describe("what they ask for", () => {
  it("expires with the chosen day in the display zone, or in 30 days", () => {
    const on = { expiry: "date", expiryDate: "2026-12-20" } as const;
    expect(expiryOf(on, moment)).toBe(Date.UTC(2026, 11, 20, 18, 30));
    expect(expiryOf({ expiry: "month", expiryDate: "" }, moment)).toBe(Date.UTC(2026, 11, 20, 12));
    expect(expiryOf({ expiry: "never", expiryDate: "" }, moment)).toBeNull();
  });

  it("is previewed once there is an amount", () => {
    expect(draftOf({ ...typed, amount: "" }, moment)).toBeNull();
    expect(draftOf(typed, moment)).toMatchObject({ mode: "add", expiresAt: null });
    expect(Number(draftOf(typed, moment)?.amount)).toBe(1500);
  });

  it("names the confirming button with its amount", () => {
    expect(grantVerb(typed, "Messages")).toBe("Grant 1,500 Messages");
    expect(grantVerb({ ...typed, mode: "remove" }, "Messages")).toBe("Remove 1,500 Messages");
    expect(grantVerb({ ...typed, mode: "set" }, "Messages")).toBe("Set Messages to 1,500");
    expect(grantVerb({ ...typed, amount: "" }, "Messages")).toBe("Grant Messages");
  });
});

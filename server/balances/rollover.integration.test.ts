import { expect, it } from "vitest";
import { getCustomer } from "../customers/operations/get-customer";
import { freezeClock } from "../platform/clock";
import { db } from "../platform/db";
import { log } from "../platform/log";
import { balanceDesk } from "../testing/balance-desk";
import { call } from "../testing/ctx";
import { reconcile } from "./reconcile";
import { resetDue } from "./reset-due";

const { change, customer, desk, end, explain, figures, grant, track, undo } = balanceDesk();

const at = (text: string) => freezeClock(new Date(`${text}T00:00:00Z`));
const monthly = {
  included_grant: 100,
  reset: { interval: "month" },
  rollover: { max: 150, duration: "month", length: 3 },
} as const;
const lotsOf = async () =>
  (await explain()).lots
    .filter((lot) => lot.kind === "rollover" && lot.ended_at === null)
    .map((lot) => [lot.granted, lot.balance, lot.expires_at && isoDay(lot.expires_at)]);
const isoDay = (ms: number) => new Date(ms).toISOString().slice(0, 10);

it("rolls what is left over, is spent first, and is told by customers.get", async () => {
  at("2027-01-01");
  await customer();
  await grant(monthly);
  await track({ value: 40 });
  at("2027-02-01");
  expect(await figures()).toEqual({ granted: 160, usage: 0, remaining: 160 });
  await track({ value: 70 });
  expect(await figures()).toEqual({ granted: 160, usage: 70, remaining: 90 });
  expect(await lotsOf()).toEqual([[60, 0, "2027-05-01"]]);
  const shown = await call(getCustomer, "customers.get", desk.tenant, {
    customer_id: desk.customer_id,
  });
  const { breakdown, rollovers } = shown.balances.messages ?? {};
  expect(breakdown).toMatchObject([{ included_grant: 100, remaining: 90, usage: 10 }]);
  expect(rollovers).toEqual([{ granted: 60, balance: 0, expires_at: Date.UTC(2027, 4, 1) }]);
  const answer = await explain();
  expect(answer.reconciles).toBe(true);
  expect(answer.list.map(({ cause, delta }) => [cause, delta])).toEqual([
    ["usage", -10],
    ["usage", -60],
    ["reset", 40],
    ["opening", 60],
    ["usage", -40],
    ["opening", 100],
  ]);
});

it("gives the same whether a sweep ran each month, twice at once, or never", async () => {
  const histories: unknown[] = [];
  for (const sweeps of [0, 1, 2]) {
    at("2027-01-01");
    await customer();
    await grant(monthly);
    await track({ value: 30 });
    for (const month of ["02", "03", "04", "05", "06"]) {
      at(`2027-${month}-02`);
      await Promise.all(Array.from({ length: sweeps }, () => resetDue(db(), log)));
    }
    if (sweeps === 2) expect(await resetDue(db(), log)).toBe(0);
    histories.push([await figures(), await lotsOf()]);
    await track({ value: 120 });
    histories.push([await figures(), await lotsOf()]);
    at("2027-09-02");
    histories.push([await figures(), await lotsOf()]);
  }
  expect(histories.slice(3, 6)).toEqual(histories.slice(0, 3));
  expect(histories.slice(6)).toEqual(histories.slice(0, 3));
  expect(histories[0]).toEqual([
    { granted: 250, usage: 0, remaining: 250 },
    [
      [50, 50, "2027-08-01"],
      [100, 100, "2027-09-01"],
    ],
  ]);
  expect(await reconcile(db(), log)).toEqual([]);
});

it("shows the same past whether or not lots were stored by then", async () => {
  at("2027-01-01");
  await customer();
  await grant(monthly);
  at("2027-03-05");
  const asOf = new Date("2027-02-10T00:00:00Z").getTime();
  const before = await explain({ as_of: asOf });
  await resetDue(db(), log);
  await track({ value: 5 });
  const after = await explain({ as_of: asOf });
  expect(after.balance).toEqual(before.balance);
  expect(after.balance).toMatchObject({ granted: 200, remaining: 200 });
  const stored = await explain({ as_of: new Date("2027-03-05T00:00:00Z").getTime() });
  expect(stored.balance).toMatchObject({ granted: 250, usage: 5, remaining: 245 });
});

it("is edited, undone and ended with the grant that it came from", async () => {
  at("2027-01-01");
  await customer();
  await grant({ ...monthly, balance_id: "mine" });
  at("2027-02-01");
  const { entry_id } = await change({ balance_id: "mine", add_to_balance: -130 });
  expect(await figures()).toEqual({ granted: 200, usage: 130, remaining: 70 });
  await undo(entry_id);
  expect(await figures()).toEqual({ granted: 200, usage: 0, remaining: 200 });
  await change({ interval: "month", included_grant: 120 });
  expect(await figures()).toEqual({ granted: 220, usage: 0, remaining: 220 });
  await expect(change({ interval: "one_off", remaining: 1 })).rejects.toMatchObject({
    reason: "balance_not_found",
  });
  await change({ balance_id: "mine", next_reset_at: Date.UTC(2027, 1, 15) });
  at("2027-02-15");
  expect(await figures()).toEqual({ granted: 250, usage: 0, remaining: 250 });
  await end({ balance_id: "mine" });
  expect(await figures()).toBeNull();
});

it.each([
  { included_grant: 5, rollover: { length: 1 } },
  { unlimited: true, reset: { interval: "month" }, rollover: { length: 1 } },
  { ...monthly, rollover: { length: 0 } },
  { ...monthly, rollover: { length: 1, max: 1, max_percentage: 1 } },
  { ...monthly, rollover: { length: 1, max: -1 } },
])("refuses %o", async (extra) => {
  await customer();
  await expect(grant(extra)).rejects.toMatchObject({ reason: "invalid_inputs" });
  expect(await figures()).toBeNull();
});

import { expect, it } from "vitest";
import { freezeClock } from "../../platform/clock";
import { db } from "../../platform/db";
import { sql } from "../../platform/sql";
import { balanceDesk } from "../../testing/balance-desk";

const { customer, desk, explain, grant, track, undo } = balanceDesk();

it("shows past figures as they stood, resets included", async () => {
  const day = 86_400_000;
  const start = Date.UTC(2026, 0, 31, 12);
  freezeClock(new Date(start));
  await customer();
  await grant({ included_grant: 100, reset: { interval: "month" } });
  freezeClock(new Date(start + day));
  await track({ value: 40 });
  freezeClock(new Date(start + 40 * day));
  await track({ value: 7 });
  const figuresAt = async (at: number) => (await explain({ as_of: at })).balance;
  expect(await figuresAt(start + day / 2)).toMatchObject({ usage: 0, remaining: 100 });
  expect(await figuresAt(start + 2 * day)).toMatchObject({ usage: 40, remaining: 60 });
  expect(await figuresAt(start + 29 * day)).toMatchObject({ usage: 0, remaining: 100 });
  expect(await figuresAt(start + 40 * day)).toMatchObject({ usage: 7, remaining: 93 });
  expect((await explain({ as_of: start - day })).lots).toEqual([]);
  const past = await explain({ as_of: start + 2 * day });
  expect(past).toMatchObject({ reconciles: true, lots: [{ ledger: { balance: 93 } }] });
});

it("lists lots in the order in which they are used up, ended ones last", async () => {
  await customer();
  const { entry_id } = await grant({ included_grant: 1 });
  await grant({ included_grant: 2 });
  await grant({ included_grant: 3, reset: { interval: "month" } });
  await undo(entry_id);
  const { lots } = await explain();
  expect(lots.map((lot) => lot.granted)).toEqual([3, 2, expect.any(Number)]);
  expect(lots.map((lot) => lot.ended_at === null)).toEqual([true, true, false]);
  await track({ value: 4 });
  expect((await explain()).lots.map((lot) => lot.balance)).toEqual([0, 1, 0]);
});

it("pages through a long history without a gap or a repeat", async () => {
  await customer();
  await grant({ included_grant: 100 });
  await grant({ included_grant: 100 });
  for (let n = 0; n < 12; n++) await track({ value: 1 });
  const seen: string[] = [];
  let start_cursor = "";
  do {
    const page = await explain({ start_cursor, limit: 5 });
    seen.push(...page.list.map((entry) => entry.id));
    start_cursor = page.next_cursor ?? "";
  } while (start_cursor !== "");
  expect(seen).toHaveLength(14);
  expect(new Set(seen).size).toBe(14);
  await expect(explain({ start_cursor: "nonsense" })).rejects.toMatchObject({
    reason: "invalid_cursor",
  });
});

it("sums all lots after each entry, also when only some causes are listed", async () => {
  await customer();
  await grant({ included_grant: 100 });
  await track({ value: 30 });
  await grant({ included_grant: 50 });
  await track({ value: 90 });
  const all = await explain();
  expect(all.list.map((entry) => entry.total_after)).toEqual(
    all.list.map((_, n) => all.list.slice(n).reduce((sum, { delta }) => sum + delta, 0)),
  );
  expect(all.list[0]?.total_after).toBe(30);
  const opened = await explain({ causes: ["opening"], limit: 1 });
  expect(opened.list).toMatchObject([{ delta: 50, balance_after: 50, total_after: 120 }]);
  const first = await explain({
    causes: ["opening"],
    limit: 1,
    start_cursor: opened.next_cursor ?? "",
  });
  expect(first.list).toMatchObject([{ delta: 100, total_after: 100 }]);
  expect(first.balance).toMatchObject({ granted: 150, remaining: 30 });
});

it("reports both numbers when a balance was changed behind the ledger's back", async () => {
  await customer();
  await grant({ included_grant: 100 });
  const corrupt = (by: number) =>
    db().query(sql`
    UPDATE grants g SET balance = g.balance + ${by} FROM customer c
    WHERE c.id = g.customer_id AND c.env_id = ${desk.tenant.envId} AND c.external_id = ${desk.customer_id}`);
  await corrupt(11);
  const answer = await explain();
  expect(answer.reconciles).toBe(false);
  expect(answer.lots[0]).toMatchObject({
    reconciles: false,
    stored: { balance: 111 },
    ledger: { balance: 100 },
  });
  await corrupt(-11);
});

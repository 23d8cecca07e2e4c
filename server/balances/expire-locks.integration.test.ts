import { expect, it } from "vitest";
import { deleteCustomer } from "../customers/operations/delete-customer";
import { freezeClock } from "../platform/clock";
import { db } from "../platform/db";
import { log } from "../platform/log";
import { sql } from "../platform/sql";
import { balanceDesk } from "../testing/balance-desk";
import { call } from "../testing/ctx";
import { expireDueLocks, expireLocks } from "./expire-locks";

const { check, customer, desk, explain, figures, finalize, grant, track } = balanceDesk();

const start = Date.UTC(2026, 4, 10, 12);
const hour = 3_600_000;
const at = (ms: number) => freezeClock(new Date(start + ms));

/** Holds units for so long, or for good as far as the caller says. */
async function hold(units: number, forMs: number | null, name = "a") {
  const lock_id = `${desk.customer_id}-${name}`;
  const expires_at = forMs === null ? {} : { expires_at: start + forMs };
  const lock = { enabled: true, lock_id, ...expires_at };
  expect(await check({ required_balance: units, lock })).toMatchObject({ allowed: true });
  return lock_id;
}

async function stored() {
  const rows = await db().query<{ status: number; closed: Date | null; balance: string }>(sql`
    SELECT l.status, l.closed_at AS closed, (SELECT sum(g.balance) FROM grants g
      WHERE g.customer_id = l.customer_id AND g.ended_at IS NULL) AS balance
    FROM lock l JOIN customer c ON c.env_id = l.env_id AND c.id = l.customer_id
    WHERE l.env_id = ${desk.tenant.envId} AND l.lock_key LIKE ${`${desk.customer_id}-%`}
    ORDER BY l.lock_key`);
  return rows.map((row) => ({
    ...row,
    balance: row.balance === null ? null : Number(row.balance),
  }));
}

it("gives units back at the expiry to whoever asks next, as of that instant", async () => {
  at(0);
  await customer({ messages: 10 });
  const lock_id = await hold(4, hour);
  at(hour - 1);
  expect(await figures()).toMatchObject({ remaining: 6 });
  at(hour);
  expect(await figures()).toMatchObject({ remaining: 10 });
  const { list } = await explain({ causes: ["lock"] });
  expect(list[0]).toMatchObject({
    delta: 4,
    at: start + hour,
    event: { value: -4 },
    lock: { lock_id, step: "closed", status: "expired" },
  });
  await expect(finalize({ lock_id, action: "confirm" })).rejects.toMatchObject({
    message: expect.stringContaining("Lock not found"),
  });
});

it("counts what comes back for a use at the very same moment", async () => {
  at(0);
  await customer({ messages: 10 });
  await hold(10, hour);
  at(2 * hour);
  const spend = { required_balance: 10, send_event: true };
  const answers = await Promise.all([check(spend), check(spend), track({ value: 1 })]);
  expect(answers.filter((answer) => "allowed" in answer && answer.allowed)).toHaveLength(1);
  expect(await figures()).toMatchObject({ usage: 10, remaining: 0 });
});

it("does the same by the job, once, however often it runs and with itself", async () => {
  at(0);
  await customer({ messages: 10 });
  await hold(4, hour, "a");
  await hold(3, 2 * hour, "b");
  at(hour);
  const runs = await Promise.all([expireDueLocks(db(), log), expireDueLocks(db(), log)]);
  expect(runs[0] + runs[1]).toBe(1);
  expect(await stored()).toMatchObject([
    { status: 3, balance: 7 },
    { status: 0, balance: 7 },
  ]);
  at(3 * hour);
  expect(await expireDueLocks(db(), log)).toBe(1);
  expect(await expireDueLocks(db(), log)).toBe(0);
  expect(await stored()).toMatchObject([{ balance: 10 }, { status: 3, balance: 10 }]);
});

it("lets a lock without an expiry lapse after a day: what it took stays taken", async () => {
  at(0);
  await customer({ messages: 10 });
  const lock_id = await hold(4, null);
  at(24 * hour - 1);
  expect(await expireDueLocks(db(), log)).toBe(0);
  at(24 * hour);
  expect(await figures()).toEqual({ granted: 10, usage: 4, remaining: 6 });
  expect(await stored()).toMatchObject([{ status: 4, balance: 6 }]);
  const { list } = await explain({ causes: ["lock"] });
  expect(list).toMatchObject([
    { delta: 0, event: null, event_expired: false, lock: { lock_id, step: "lapsed" } },
    { delta: -4, event: { value: 4 }, lock: { lock_id, step: "held", status: "lapsed" } },
  ]);
  await expect(finalize({ lock_id, action: "release" })).rejects.toMatchObject({
    reason: "invalid_request",
  });
});

it("closes a hold before the reset that came after it, and neither makes units", async () => {
  at(0);
  await customer();
  await grant({ included_grant: 10, reset: { interval: "day" }, next_reset_at: start + 3 * hour });
  await track({ value: 2 });
  await hold(5, hour, "before");
  await hold(1, 4 * hour, "across");
  at(5 * hour);
  expect(await figures()).toMatchObject({ usage: 0, remaining: 10 });
  const { list } = await explain();
  expect(list.map(({ cause, at }) => [cause, (at - start) / hour])).toEqual([
    ["reset", 3],
    ["lock", 1],
    ["lock", 0],
    ["lock", 0],
    ["usage", 0],
    ["opening", 0],
  ]);
});

it("closes the locks of one customer without touching another's", async () => {
  at(0);
  const first = await customer({ messages: 10 });
  await hold(1, hour);
  await customer({ messages: 10 });
  await hold(2, hour);
  at(hour);
  const [row] = await db().query<{ id: string }>(sql`
    SELECT id FROM customer WHERE env_id = ${desk.tenant.envId} AND external_id = ${first}`);
  expect(
    await expireLocks({ db: db(), tenant: desk.tenant }, { customerIds: [row?.id ?? ""] }),
  ).toBe(1);
  expect(await stored()).toMatchObject([{ status: 0, balance: 8 }]);
  await expireDueLocks(db(), log);
});

it("leaves no lock behind for a customer that was deleted", async () => {
  at(0);
  const customer_id = await customer({ messages: 10 });
  await hold(1, hour);
  await call(deleteCustomer, "customers.delete", desk.tenant, { customer_id });
  at(hour);
  expect(await expireDueLocks(db(), log)).toBe(1);
  expect(await stored()).toMatchObject([{ status: 3, balance: null }]);
});

import { randomUUID } from "node:crypto";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { freezeClock } from "../platform/clock";
import type { Ctx, Tenant } from "../platform/context";
import { db } from "../platform/db";
import { sql } from "../platform/sql";
import { call, testCtx, testOrganization } from "../testing/ctx";
import { givenCustomer, givenFeature } from "../testing/factory";
import { brokenInvariants } from "../testing/ledger-invariants";
import { check } from "./operations/check";
import { createBalance } from "./operations/create-balance";
import { deleteBalance } from "./operations/delete-balance";
import { explainBalance } from "./operations/explain-balance";
import { track } from "./operations/track";
import { undoEdit } from "./operations/undo-edit";
import { updateBalance } from "./operations/update-balance";

let tenant: Tenant;
let customer_id: string;
const feature_id = "messages";
const MINUTE = 60_000;
const DAY = 86_400_000;

beforeAll(async () => {
  tenant = (await testOrganization()).sandbox;
  await givenFeature(tenant, { slug: feature_id });
  await givenFeature(tenant, { slug: "seats", consumable: false });
  await givenFeature(tenant, { slug: "export", type: "boolean" });
});

afterEach(async () => {
  freezeClock(null);
  expect(await brokenInvariants(db())).toEqual([]);
});

async function freshCustomer(): Promise<void> {
  customer_id = `cus_${randomUUID().slice(0, 8)}`;
  await givenCustomer(tenant, customer_id);
}

type Extra = Record<string, unknown>;
const grant = (extra: Extra, key?: string) =>
  call(
    createBalance,
    "balances.create",
    tenant,
    { customer_id, feature_id, ...extra },
    key === undefined ? {} : { key },
  );
const change = (extra: Extra) =>
  call(updateBalance, "balances.update", tenant, { customer_id, feature_id, ...extra });
const end = (extra: Extra) =>
  call(deleteBalance, "balances.delete", tenant, { customer_id, feature_id, ...extra });
const undo = (entry_id: string) => call(undoEdit, "balances.undo", tenant, { entry_id });
const use = (value: number) =>
  call(track, "balances.track", tenant, { customer_id, feature_id, value });
const explain = (extra: Extra = {}) =>
  call(explainBalance, "balances.explain", tenant, { customer_id, feature_id, ...extra });
async function figures() {
  const answer = await call(check, "balances.check", tenant, { customer_id, feature_id });
  return answer.balance === null
    ? null
    : {
        granted: answer.balance.granted,
        usage: answer.balance.usage,
        remaining: answer.balance.remaining,
      };
}

describe("a grant", () => {
  it("adds to what is there, and explains itself", async () => {
    await freshCustomer();
    await grant({ included_grant: 20 });
    const edit = await grant({ included_grant: 500, reason: "Outage", balance_id: "goodwill" });
    expect(await figures()).toEqual({ granted: 520, usage: 0, remaining: 520 });
    const answer = await explain();
    expect(answer).toMatchObject({ reconciles: true, balance: { remaining: 520 } });
    expect(answer.lots.map((lot) => lot.granted)).toEqual([20, 500]);
    expect(answer.list[0]).toMatchObject({
      cause: "opening",
      delta: 500,
      balance_after: 500,
      edit: { entry_id: edit.entry_id, reason: "Outage", actor: "test", undone: false },
    });
  });

  it("is made once for a repeated key", async () => {
    await freshCustomer();
    const first = await grant({ included_grant: 5 }, "sheet-1");
    expect(await grant({ included_grant: 5 }, "sheet-1")).toEqual(first);
    expect(await figures()).toMatchObject({ granted: 5 });
  });

  it.each<[Extra, string]>([
    [{}, "invalid_inputs"],
    [{ included_grant: -1 }, "invalid_inputs"],
    [{ included_grant: 1e14 }, "invalid_inputs"],
    [{ included_grant: 0.12345678901 }, "invalid_inputs"],
    [{ included_grant: 1, expires_at: 1 }, "invalid_inputs"],
    [{ included_grant: 1, next_reset_at: Date.UTC(2999, 0, 1) }, "invalid_inputs"],
    [{ feature_id: "seats", included_grant: 1, reset: { interval: "month" } }, "invalid_inputs"],
    [{ feature_id: "export", included_grant: 1 }, "invalid_inputs"],
    [{ feature_id: "nothing", included_grant: 1 }, "feature_not_found"],
    [{ customer_id: "nobody", included_grant: 1 }, "customer_not_found"],
    [{ entity_id: "nobody", included_grant: 1 }, "entity_not_found"],
  ])("refuses %o with %s and writes nothing", async (extra, reason) => {
    await freshCustomer();
    await expect(grant(extra)).rejects.toSatisfy((error: Error & { reason?: string }) =>
      reason === "invalid_inputs"
        ? error.name === "ZodError" || error.reason === reason
        : error.reason === reason,
    );
    expect(await figures()).toBeNull();
  });

  it("needs a reason from a person, not from a key", async () => {
    await freshCustomer();
    const person: Ctx = {
      ...testCtx(tenant),
      actor: { kind: "user", id: randomUUID(), label: "ana@example.com" },
    };
    const input = createBalance.spec.input.parse({ customer_id, feature_id, included_grant: 1 });
    await expect(createBalance(person, input)).rejects.toMatchObject({ reason: "invalid_inputs" });
    await createBalance(person, { ...input, reason: "Goodwill" });
    const [row] = await db().query<{ reason: string; actor_label: string }>(sql`
      SELECT reason, actor_label FROM audit_entry
      WHERE env_id = ${tenant.envId} AND target_id = ${customer_id} AND action = 'balances.create'`);
    expect(row).toEqual({ reason: "Goodwill", actor_label: "ana@example.com" });
  });

  it("expires on its day and leaves a closing entry", async () => {
    await freshCustomer();
    await grant({ included_grant: 30, expires_at: Date.now() + 30 * DAY });
    await grant({ included_grant: 5 });
    freezeClock(new Date(Date.now() + 31 * DAY));
    expect(await figures()).toEqual({ granted: 5, usage: 0, remaining: 5 });
    await use(1);
    expect(await figures()).toEqual({ granted: 5, usage: 1, remaining: 4 });
  });
});

describe("a change", () => {
  it.each<[string, Extra, { granted: number; usage: number; remaining: number }]>([
    ["remaining", { remaining: 7 }, { granted: 10, usage: 3, remaining: 7 }],
    ["add_to_balance", { add_to_balance: 2 }, { granted: 10, usage: 2, remaining: 8 }],
    ["a negative add_to_balance", { add_to_balance: -2 }, { granted: 10, usage: 6, remaining: 4 }],
    ["usage", { usage: 9 }, { granted: 10, usage: 9, remaining: 1 }],
    ["included_grant", { included_grant: 25 }, { granted: 25, usage: 4, remaining: 21 }],
    ["an older name", { increment_by: 1 }, { granted: 10, usage: 3, remaining: 7 }],
  ])("by %s moves exactly its figures", async (_name, extra, expected) => {
    await freshCustomer();
    await grant({ included_grant: 10 });
    await use(4);
    await change(extra);
    expect(await figures()).toEqual(expected);
    expect(await explain()).toMatchObject({ reconciles: true });
  });

  it("finds no balance to change where there is none", async () => {
    await freshCustomer();
    await expect(change({ remaining: 1 })).rejects.toMatchObject({ reason: "balance_not_found" });
    await grant({ included_grant: 1, balance_id: "mine" });
    await expect(change({ remaining: 1, balance_id: "other" })).rejects.toMatchObject({
      reason: "balance_not_found",
    });
    await expect(change({ remaining: 1, add_to_balance: 1 })).rejects.toMatchObject({
      reason: "invalid_inputs",
    });
  });
});

describe("an end", () => {
  it("takes the balance away and keeps its history", async () => {
    await freshCustomer();
    await grant({ included_grant: 10, balance_id: "mine" });
    await use(4);
    await end({ balance_id: "mine" });
    expect(await figures()).toBeNull();
    const answer = await explain();
    expect(answer).toMatchObject({ balance: null, reconciles: true });
    expect(answer.list.map((entry) => entry.delta)).toEqual([-6, -4, 10]);
  });
});

describe("undo", () => {
  it("takes a grant back by a compensating entry, once", async () => {
    await freshCustomer();
    await grant({ included_grant: 20 });
    const { entry_id } = await grant({ included_grant: 500, reason: "Outage" });
    await undo(entry_id);
    expect(await figures()).toMatchObject({ granted: 20, remaining: 20 });
    const answer = await explain();
    expect(answer.list.map((entry) => entry.delta)).toEqual([-500, 500, 20]);
    expect(answer.list[1]?.edit).toMatchObject({ entry_id, undone: true });
    await expect(undo(entry_id)).rejects.toMatchObject({ reason: "edit_not_undoable" });
  });

  it("takes a change back", async () => {
    await freshCustomer();
    await grant({ included_grant: 10 });
    const { entry_id } = await change({ remaining: 3 });
    await undo(entry_id);
    expect(await figures()).toEqual({ granted: 10, usage: 0, remaining: 10 });
  });

  it("is too late after thirty minutes, and once a part was used", async () => {
    await freshCustomer();
    const first = await grant({ included_grant: 10 });
    freezeClock(new Date(Date.now() + 31 * MINUTE));
    await expect(undo(first.entry_id)).rejects.toMatchObject({ reason: "edit_not_undoable" });
    freezeClock(null);
    await freshCustomer();
    const second = await grant({ included_grant: 10 });
    await use(1);
    await expect(undo(second.entry_id)).rejects.toMatchObject({ reason: "edit_not_undoable" });
  });

  it("knows no edit of a stranger", async () => {
    await freshCustomer();
    const { entry_id } = await grant({ included_grant: 10 });
    const stranger = await testOrganization();
    await expect(
      call(undoEdit, "balances.undo", stranger.sandbox, { entry_id }),
    ).rejects.toMatchObject({ reason: "balance_edit_not_found" });
  });
});

describe("explain", () => {
  it("shows past figures as they stood, resets included", async () => {
    const start = Date.UTC(2026, 0, 31, 12);
    freezeClock(new Date(start));
    await freshCustomer();
    await grant({ included_grant: 100, reset: { interval: "month" } });
    freezeClock(new Date(start + DAY));
    await use(40);
    freezeClock(new Date(start + 40 * DAY));
    await use(7);
    const figuresAt = async (at: number) => (await explain({ as_of: at })).balance;
    expect(await figuresAt(start + DAY / 2)).toMatchObject({ usage: 0, remaining: 100 });
    expect(await figuresAt(start + 2 * DAY)).toMatchObject({ usage: 40, remaining: 60 });
    expect(await figuresAt(start + 29 * DAY)).toMatchObject({ usage: 0, remaining: 100 });
    expect(await figuresAt(start + 40 * DAY)).toMatchObject({ usage: 7, remaining: 93 });
    expect((await explain({ as_of: start - DAY })).lots).toEqual([]);
    const past = await explain({ as_of: start + 2 * DAY });
    expect(past).toMatchObject({ reconciles: true, lots: [{ ledger: { balance: 93 } }] });
  });

  it("pages through a long history without a gap or a repeat", async () => {
    await freshCustomer();
    await grant({ included_grant: 100 });
    await grant({ included_grant: 100 });
    for (let n = 0; n < 12; n++) await use(1);
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
    await freshCustomer();
    await grant({ included_grant: 100 });
    await use(30);
    await grant({ included_grant: 50 });
    await use(90);
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
    await freshCustomer();
    await grant({ included_grant: 100 });
    const corrupt = (by: number) =>
      db().query(sql`
      UPDATE grants g SET balance = g.balance + ${by} FROM customer c
      WHERE c.id = g.customer_id AND c.env_id = ${tenant.envId} AND c.external_id = ${customer_id}`);
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
});

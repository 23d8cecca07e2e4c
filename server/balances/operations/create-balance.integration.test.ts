import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { freezeClock } from "../../platform/clock";
import type { Ctx } from "../../platform/context";
import { db } from "../../platform/db";
import { sql } from "../../platform/sql";
import { balanceDesk } from "../../testing/balance-desk";
import { testCtx } from "../../testing/ctx";
import { createBalance } from "./create-balance";

const { customer, desk, figures, explain, grant, track } = balanceDesk();

const day = 86_400_000;

it("adds to what is there, and explains itself", async () => {
  await customer();
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
  await customer();
  const first = await grant({ included_grant: 5 }, "sheet-1");
  expect(await grant({ included_grant: 5 }, "sheet-1")).toEqual(first);
  expect(await figures()).toMatchObject({ granted: 5 });
});

it.each<[Record<string, unknown>, string]>([
  [{}, "invalid_inputs"],
  [{ included_grant: -1 }, "invalid_inputs"],
  [{ included_grant: 1e14 }, "invalid_inputs"],
  [{ included_grant: 0.12345678901 }, "invalid_inputs"],
  [{ included_grant: 1, expires_at: 1 }, "invalid_inputs"],
  [{ included_grant: 1, next_reset_at: Date.UTC(2999, 0, 1) }, "invalid_inputs"],
  [{ included_grant: 1, reset: { interval: "minute" } }, "invalid_inputs"],
  [{ feature_id: "seats", included_grant: 1, reset: { interval: "month" } }, "invalid_inputs"],
  [{ feature_id: "export", included_grant: 1 }, "invalid_inputs"],
  [{ feature_id: "nothing", included_grant: 1 }, "feature_not_found"],
  [{ customer_id: "nobody", included_grant: 1 }, "customer_not_found"],
  [{ entity_id: "nobody", included_grant: 1 }, "entity_not_found"],
])("refuses %o with %s and writes nothing", async (extra, reason) => {
  await customer();
  await expect(grant(extra)).rejects.toSatisfy((error: Error & { reason?: string }) =>
    reason === "invalid_inputs"
      ? error.name === "ZodError" || error.reason === reason
      : error.reason === reason,
  );
  expect(await figures()).toBeNull();
});

it("needs a reason from a person, not from a key", async () => {
  await customer();
  const person: Ctx = {
    ...testCtx(desk.tenant),
    actor: { kind: "user", id: randomUUID(), label: "ana@example.com" },
  };
  const input = createBalance.spec.input.parse({
    customer_id: desk.customer_id,
    feature_id: desk.feature_id,
    included_grant: 1,
  });
  await expect(createBalance(person, input)).rejects.toMatchObject({ reason: "invalid_inputs" });
  await createBalance(person, { ...input, reason: "Goodwill" });
  const [row] = await db().query<{ reason: string; actor_label: string }>(sql`
    SELECT reason, actor_label FROM audit_entry
    WHERE env_id = ${desk.tenant.envId} AND target_id = ${desk.customer_id} AND action = 'balances.create'`);
  expect(row).toEqual({ reason: "Goodwill", actor_label: "ana@example.com" });
});

it("expires on its day and leaves a closing entry", async () => {
  await customer();
  await grant({ included_grant: 30, expires_at: Date.now() + 30 * day });
  await grant({ included_grant: 5 });
  freezeClock(new Date(Date.now() + 31 * day));
  expect(await figures()).toEqual({ granted: 5, usage: 0, remaining: 5 });
  await track({ value: 1 });
  expect(await figures()).toEqual({ granted: 5, usage: 1, remaining: 4 });
});

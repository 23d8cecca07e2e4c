import { expect, it } from "vitest";
import { balanceDesk } from "../../testing/balance-desk";

const { change, customer, explain, figures, grant, track } = balanceDesk();

it.each<[string, Record<string, unknown>, { granted: number; usage: number; remaining: number }]>([
  ["remaining", { remaining: 7 }, { granted: 10, usage: 3, remaining: 7 }],
  ["add_to_balance", { add_to_balance: 2 }, { granted: 10, usage: 2, remaining: 8 }],
  ["a negative add_to_balance", { add_to_balance: -2 }, { granted: 10, usage: 6, remaining: 4 }],
  ["usage", { usage: 9 }, { granted: 10, usage: 9, remaining: 1 }],
  ["included_grant", { included_grant: 25 }, { granted: 25, usage: 4, remaining: 21 }],
  ["an older name", { increment_by: 1 }, { granted: 10, usage: 3, remaining: 7 }],
])("by %s moves exactly its figures", async (_name, extra, expected) => {
  await customer();
  await grant({ included_grant: 10 });
  await track({ value: 4 });
  await change(extra);
  expect(await figures()).toEqual(expected);
  expect(await explain()).toMatchObject({ reconciles: true });
});

it("finds no balance to change where there is none", async () => {
  await customer();
  await expect(change({ remaining: 1 })).rejects.toMatchObject({ reason: "balance_not_found" });
  await grant({ included_grant: 1, balance_id: "mine" });
  await expect(change({ remaining: 1, balance_id: "other" })).rejects.toMatchObject({
    reason: "balance_not_found",
  });
  await expect(change({ remaining: 1, add_to_balance: 1 })).rejects.toMatchObject({
    reason: "invalid_inputs",
  });
});

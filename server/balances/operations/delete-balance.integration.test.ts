import { expect, it } from "vitest";
import { balanceDesk } from "../../testing/balance-desk";

const { customer, end, explain, figures, grant, track } = balanceDesk();

it("takes the balance away and keeps its history", async () => {
  await customer();
  await grant({ included_grant: 10, balance_id: "mine" });
  await track({ value: 4 });
  await end({ balance_id: "mine" });
  expect(await figures()).toBeNull();
  const answer = await explain();
  expect(answer).toMatchObject({ balance: null, reconciles: true });
  expect(answer.list.map((entry) => entry.delta)).toEqual([-6, -4, 10]);
});

import { expect, it } from "vitest";
import { freezeClock } from "../../platform/clock";
import { balanceDesk } from "../../testing/balance-desk";
import { call, testOrganization } from "../../testing/ctx";
import { undoEdit } from "./undo-edit";

const { change, customer, explain, figures, grant, track, undo } = balanceDesk();

it("takes a grant back by a compensating entry, once", async () => {
  await customer();
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
  await customer();
  await grant({ included_grant: 10 });
  const { entry_id } = await change({ remaining: 3 });
  await undo(entry_id);
  expect(await figures()).toEqual({ granted: 10, usage: 0, remaining: 10 });
});

it("is too late after thirty minutes, and once a part was used", async () => {
  await customer();
  const first = await grant({ included_grant: 10 });
  freezeClock(new Date(Date.now() + 31 * 60_000));
  await expect(undo(first.entry_id)).rejects.toMatchObject({ reason: "edit_not_undoable" });
  freezeClock(null);
  await customer();
  const second = await grant({ included_grant: 10 });
  await track({ value: 1 });
  await expect(undo(second.entry_id)).rejects.toMatchObject({ reason: "edit_not_undoable" });
});

it("knows no edit of a stranger", async () => {
  await customer();
  const { entry_id } = await grant({ included_grant: 10 });
  const stranger = await testOrganization();
  await expect(
    call(undoEdit, "balances.undo", stranger.sandbox, { entry_id }),
  ).rejects.toMatchObject({ reason: "balance_edit_not_found" });
});

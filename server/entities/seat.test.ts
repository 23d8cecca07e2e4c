import { expect, test } from "vitest";
import { LedgerCause, openGrant } from "../core/balances/ledger";
import { WindfallError } from "../core/error";
import { zero } from "../core/quantity";
import { buildGrant, isChained, start } from "../testing/grant-factory";
import { handBackSeat, seatWaiting, takeSeat } from "./seat";

const seat = { featureId: 1, featureSlug: "seats", entityId: "entity", at: start };

test("an entity takes one unit and is the cause of the entry", () => {
  const grants = [buildGrant("g1", { included: 2, overflow: 3 })];
  const [change] = takeSeat({ ...seat, grants }).changes;
  expect(change?.grant.balance.toString()).toBe("1");
  expect(change?.entries).toMatchObject([{ cause: LedgerCause.entity, causeId: "entity" }]);
});

test("seats without a price are counted beyond the grant", () => {
  const grants = [buildGrant("g1", { included: 1, balance: 0, overflow: 3 })];
  expect(takeSeat({ ...seat, grants }).changes[0]?.grant.balance.toString()).toBe("-1");
});

test("a limit refuses, and says which feature", () => {
  const limited = buildGrant("g1", { included: 1, balance: -2, overflow: 1, floor: -2 });
  const prepaid = buildGrant("g2", { included: 1, balance: 0, overflow: 0 });
  for (const grant of [limited, prepaid]) {
    const refused = () => takeSeat({ ...seat, grants: [grant] });
    expect(refused).toThrow(WindfallError);
    expect(refused).toThrow(/'seats'/);
  }
});

test("nothing is taken where the customer itself has no such feature", () => {
  const grants = [
    buildGrant("other", { included: 5, featureId: 2 }),
    buildGrant("owned", { included: 5, entityId: "another" }),
    buildGrant("over", { included: 5, expiresAt: start }),
  ];
  expect(takeSeat({ ...seat, grants }).changes).toEqual([]);
  expect(handBackSeat({ ...seat, grants }).changes).toEqual([]);
});

test("handing back restores the balance, and never goes beyond the grant", () => {
  const used = buildGrant("g1", { included: 2, balance: -1, overflow: 3 });
  expect(handBackSeat({ ...seat, grants: [used] }).changes[0]?.grant.balance.toString()).toBe("0");
  const full = buildGrant("g1", { included: 2, overflow: 3 });
  expect(handBackSeat({ ...seat, grants: [full] }).changes).toEqual([]);
});

test("entities that wait for the feature take their units one by one, beyond any limit", () => {
  const limited = buildGrant("g1", { included: 1, overflow: 1, floor: -1 });
  const other = buildGrant("g2", { included: 9, featureId: 2 });
  const opened = [limited, other].map((grant) => ({ grant, entries: [openGrant(grant, start)] }));
  const waiting = ["a", "b", "c"].map((id) => ({ id, featureId: 1 }));
  const [seats, untouched] = seatWaiting(opened, waiting, start);
  expect(seats?.grant.balance.toString()).toBe("-2");
  expect(seats?.entries.slice(1).map(({ causeId }) => causeId)).toEqual(["a", "b", "c"]);
  expect(
    seats !== undefined && isChained({ ...limited, balance: zero, included: zero }, seats),
  ).toBe(true);
  expect(untouched).toEqual(opened[1]);
});

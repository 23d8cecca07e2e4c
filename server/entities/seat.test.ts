import { expect, test } from "vitest";
import { WindfallError } from "../core/error";
import { LedgerCause } from "../core/ledger";
import { buildGrant, start } from "../testing/grant-factory";
import { handBackSeat, takeSeat } from "./seat";

const seat = { featureId: 1, featureSlug: "seats", entityId: "entity", at: start };

test("an entity takes one unit and is the cause of the entry", () => {
  const grants = [buildGrant("g1", { included: 2, overflow: 3 })];
  const [change] = takeSeat({ ...seat, grants });
  expect(change?.grant.balance.toString()).toBe("1");
  expect(change?.entries).toMatchObject([{ cause: LedgerCause.entity, causeId: "entity" }]);
});

test("seats without a price are counted beyond the grant", () => {
  const grants = [buildGrant("g1", { included: 1, balance: 0, overflow: 3 })];
  expect(takeSeat({ ...seat, grants })[0]?.grant.balance.toString()).toBe("-1");
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
  expect(takeSeat({ ...seat, grants })).toEqual([]);
  expect(handBackSeat({ ...seat, grants })).toEqual([]);
});

test("handing back restores the balance, and never goes beyond the grant", () => {
  const used = buildGrant("g1", { included: 2, balance: -1, overflow: 3 });
  expect(handBackSeat({ ...seat, grants: [used] })[0]?.grant.balance.toString()).toBe("0");
  const full = buildGrant("g1", { included: 2, overflow: 3 });
  expect(handBackSeat({ ...seat, grants: [full] })).toEqual([]);
});

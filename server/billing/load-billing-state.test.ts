import { expect, test } from "vitest";
import { applyDue, endGrant } from "../core/balances/reset";
import { buildGrant, monthly } from "../testing/grant-factory";
import { withDue } from "./load-billing-state";

const now = new Date("2026-03-10T00:00:00Z");

test("what fell due comes before what was decided, one change a grant", () => {
  const due = applyDue(monthly("g1", 100, { balance: 40 }), now);
  const ended = endGrant(due.grant, now, "cause");
  const [merged, ...others] = withDue([due], [ended]);
  expect(others).toEqual([]);
  expect(merged?.grant).toBe(ended.grant);
  expect(merged?.entries.map(({ balanceAfter }) => balanceAfter.toString())).toEqual(["100", "0"]);
});

test("grants that only fell due, or were only decided on, are kept as they are", () => {
  const due = applyDue(monthly("g1", 100, { balance: 40 }), now);
  const ended = endGrant(buildGrant("g2", { included: 5 }), now, "cause");
  expect(withDue([due], [ended])).toEqual([due, ended]);
});

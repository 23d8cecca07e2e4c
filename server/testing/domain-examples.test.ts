import { describe, expect, it } from "vitest";
import examples from "./fixtures/domain-examples.json";
import { repositoryOnDisk } from "./laws/repository";

/** Worked examples that no test shows yet, each with the reason. */
const WAITING: Readonly<Record<string, string>> = {
  ...because("prices are not charged yet: tiers, packages and volume", [
    ...["E01", "E02", "E03", "E04", "E06", "E07", "E08", "E09", "E10", "E12"],
  ]),
  ...because("prepaid quantities are bought with billing", [
    ...["E13", "E14", "E15", "E16", "E17", "E19", "E20", "E21"],
  ]),
  ...because("switching between priced plans prorates, which is billing's", [
    ...["E29", "E30", "E32", "E33", "E34", "E35", "E36", "E89", "E93"],
  ]),
  ...because("the purchase of a top-up is billing's", ["E74", "E75"]),
  ...because("usage is invoiced with billing", ["E78", "E79", "E81", "E83"]),
  ...because("priced seats are invoiced in the request, which is billing's", [
    ...["E85", "E86", "E87"],
  ]),
  ...because("trials belong to billing", ["E94", "E95", "E96"]),
  ...because("one-off prices and licences are sold with billing", ["E103", "E104"]),
};

function because(reason: string, ids: readonly string[]): Record<string, string> {
  return Object.fromEntries(ids.map((id) => [id, reason]));
}

/** The examples that tests read by id. */
const shown = new Set(
  repositoryOnDisk(process.cwd())
    .files(/\.test\.ts$/)
    .filter(({ path }) => path !== "server/testing/domain-examples.test.ts")
    .flatMap(({ text }) => [...text.matchAll(/["'`](E\d{2,3})\b/g)].map(([, id]) => id)),
);

describe("the worked examples of the domain", () => {
  it("are each shown by a test, or wait with a reason", () => {
    const unshown = examples.map(({ id }) => id).filter((id) => !shown.has(id) && !(id in WAITING));
    expect(unshown).toEqual([]);
  });

  it("wait only while no test shows them", () => {
    expect(Object.keys(WAITING).filter((id) => shown.has(id))).toEqual([]);
  });
});

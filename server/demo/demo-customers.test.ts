import { describe, expect, it } from "vitest";
import { operationNamed } from "../api/operations";
import { writeStories } from "./demo-customers";

const now = new Date("2026-03-18T14:30:00Z");

describe("the demo's stories", () => {
  const stories = writeStories(now);
  const acts = stories.flatMap((story) => story.acts);

  it("are the same for the same instant", () => {
    expect(writeStories(now)).toEqual(stories);
  });

  it("are about customers with ids of their own", () => {
    expect(new Set(stories.map(({ customerId }) => customerId)).size).toBe(150);
  });

  it("begin with the customer and go forward in time, up to now", () => {
    for (const { acts: told } of stories) {
      expect(told[0]?.operation).toBe("customers.get_or_create");
      const instants = told.map(({ at }) => at.getTime());
      expect(instants).toEqual([...instants].sort((a, b) => a - b));
      expect(instants.at(-1)).toBeLessThan(now.getTime());
    }
  });

  it("consist of valid calls", () => {
    for (const { operation, body } of acts) operationNamed(operation)?.spec.input.parse(body);
    expect(new Set(acts.map(({ operation }) => operation))).toEqual(
      new Set([
        "customers.get_or_create",
        "billing.attach",
        "entities.create",
        "balances.create",
        "balances.track",
      ]),
    );
  });

  it("have a weekly and a daily rhythm", () => {
    const tracked = acts.filter(({ operation }) => operation === "balances.track");
    const on = (fits: (at: Date) => boolean) => tracked.filter(({ at }) => fits(at)).length;
    expect(on((at) => at.getUTCDay() === 2)).toBeGreaterThan(2 * on((at) => at.getUTCDay() === 0));
    expect(on((at) => at.getUTCHours() === 10)).toBeGreaterThan(
      4 * on((at) => at.getUTCHours() === 2),
    );
  });

  it("give entities their part only once they exist", () => {
    for (const { acts: told } of stories) {
      const made = new Set<unknown>();
      for (const { operation, body } of told) {
        if (operation === "entities.create") made.add(body.entity_id);
        else if (body.entity_id !== undefined) expect(made).toContain(body.entity_id);
      }
    }
  });
});

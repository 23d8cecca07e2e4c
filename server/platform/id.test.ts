import { afterEach, describe, expect, it } from "vitest";
import { freezeClock } from "./clock";
import { newId, newRequestId } from "./id";

afterEach(() => freezeClock(null));

describe("newId", () => {
  it("makes uuids of version 7 that carry the time and never repeat", () => {
    freezeClock(new Date("2026-11-21T15:00:00.123Z"));
    const made = Array.from({ length: 5000 }, newId);
    for (const id of made) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    expect(Number.parseInt((made[0] ?? "").replaceAll("-", "").slice(0, 12), 16)).toBe(
      Date.parse("2026-11-21T15:00:00.123Z"),
    );
    expect(new Set(made).size).toBe(5000);
  });

  it("sorts by time", () => {
    freezeClock(new Date(1));
    const early = newId();
    freezeClock(new Date(Date.UTC(9000, 0)));
    expect(early < newId()).toBe(true);
    expect(newRequestId()).toMatch(/^req_[0-9a-f]{32}$/);
  });
});

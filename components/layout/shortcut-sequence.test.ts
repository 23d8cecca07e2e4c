import { describe, expect, it } from "vitest";
import { stepSequence } from "./shortcut-sequence";

const bindings = ["g c", "g e", "e", "?"];

describe("stepSequence", () => {
  it("matches a single key", () => {
    expect(stepSequence([], "?", bindings)).toEqual({ matched: "?", pending: [] });
  });

  it("waits for the second key, and prefers the sequence to the single key", () => {
    expect(stepSequence([], "g", bindings)).toEqual({ matched: null, pending: ["g"] });
    expect(stepSequence(["g"], "e", bindings)).toEqual({ matched: "g e", pending: [] });
  });

  it("starts anew when the sequence leads nowhere", () => {
    expect(stepSequence(["g"], "?", bindings)).toEqual({ matched: "?", pending: [] });
    expect(stepSequence(["g"], "g", bindings)).toEqual({ matched: null, pending: ["g"] });
    expect(stepSequence(["g"], "x", bindings)).toEqual({ matched: null, pending: [] });
  });
});

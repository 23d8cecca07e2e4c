import { describe, expect, it } from "vitest";
import { deriveId } from "./derive-id";

describe("deriveId", () => {
  it.each([
    ["Messages", "messages"],
    ["API calls (EU)", "api_calls_eu"],
    ["  Crédits d’été ", "credits_d_ete"],
    ["Pro — 2026", "pro_2026"],
    ["消息", ""],
    ["", ""],
    [`${"a".repeat(63)} b`, "a".repeat(63)],
  ])("%j suggests %j", (name, id) => {
    expect(deriveId(name)).toBe(id);
  });
});

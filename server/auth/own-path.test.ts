import { describe, expect, it } from "vitest";
import { ownPath } from "./own-path";

describe("ownPath", () => {
  it("keeps a path of this app, with its query", () => {
    expect(ownPath("/o/acme/sandbox/customers?search=ana#top")).toBe(
      "/o/acme/sandbox/customers?search=ana#top",
    );
  });

  it.each([
    undefined,
    "",
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "home",
  ])("sends %j to the start page", (wanted) => {
    expect(ownPath(wanted)).toBe("/");
  });

  it("ignores a parameter that comes twice", () => {
    expect(ownPath(["/a", "/b"])).toBe("/");
  });
});

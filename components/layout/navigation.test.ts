import { describe, expect, it } from "vitest";
import { navigation, pathInEnvironment, placePath } from "./navigation";

const place = { organization: "acme", environment: "sandbox" };

describe("pathInEnvironment", () => {
  it.each([
    ["/o/acme/sandbox/customers", "/o/acme/live/customers"],
    ["/o/acme/sandbox/customers/cus_1/balances", "/o/acme/live/customers"],
    ["/o/acme/sandbox/developers/keys", "/o/acme/live/developers/keys"],
    ["/o/acme/sandbox/customers-elsewhere", "/o/acme/live/home"],
    ["/o/acme/sandbox", "/o/acme/live/home"],
  ])("leads from %s to %s", (from, to) => {
    expect(pathInEnvironment(from, place, "live")).toBe(to);
  });
});

describe("navigation", () => {
  it("has one path and one shortcut for each page", () => {
    const entries = navigation.flatMap((group) => group.entries);
    expect(new Set(entries.map((entry) => entry.path)).size).toBe(entries.length);
    expect(new Set(entries.map((entry) => entry.keys)).size).toBe(entries.length);
  });

  it("escapes what stands in a path", () => {
    expect(placePath({ organization: "a/b", environment: "live" })).toBe("/o/a%2Fb/live");
  });
});

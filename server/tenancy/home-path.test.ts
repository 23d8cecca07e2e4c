import { describe, expect, it } from "vitest";
import { homePath } from "./home-path";

const environments = [
  { slug: "sandbox", name: "Sandbox", kind: "sandbox" },
  { slug: "live", name: "Live", kind: "live" },
  { slug: "staging", name: "Staging", kind: "sandbox" },
] as const;
const organizations = [
  { slug: "acme", environments },
  { slug: "zeta", environments },
];

describe("homePath", () => {
  it("opens the place that was left last", () => {
    expect(homePath(organizations, { lastPlace: "zeta/staging" })).toBe("/o/zeta/staging/home");
  });

  it("never opens live by itself", () => {
    expect(homePath(organizations, { lastPlace: "zeta/live" })).toBe("/o/zeta/sandbox/home");
  });

  it("starts with the first organization when nothing is remembered or it is gone", () => {
    expect(homePath(organizations, { lastPlace: undefined })).toBe("/o/acme/sandbox/home");
    expect(homePath(organizations, { lastPlace: "gone/staging" })).toBe("/o/acme/sandbox/home");
    expect(homePath(organizations, { lastPlace: "%E0%A4%A" })).toBe("/o/acme/sandbox/home");
  });

  it("takes the environment from memory only for the organization it belongs to", () => {
    expect(homePath(organizations, { lastPlace: "zeta/staging", org: "acme" })).toBe(
      "/o/acme/sandbox/home",
    );
    expect(homePath(organizations, { lastPlace: "acme/staging", org: "acme" })).toBe(
      "/o/acme/staging/home",
    );
  });

  it("knows no way into an organization of others, nor without any", () => {
    expect(homePath(organizations, { lastPlace: "acme/sandbox", org: "others" })).toBeNull();
    expect(homePath([], { lastPlace: "acme/sandbox" })).toBeNull();
  });
});

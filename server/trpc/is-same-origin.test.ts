import { describe, expect, it } from "vitest";
import { isSameOrigin } from "./is-same-origin";

const request = (headers: Record<string, string>) => ({ headers: new Headers(headers) }) as Request;

describe("isSameOrigin", () => {
  it("believes the browser's own word", () => {
    expect(isSameOrigin(request({ "sec-fetch-site": "same-origin" }))).toBe(true);
    for (const site of ["cross-site", "same-site", "none"]) {
      expect(isSameOrigin(request({ "sec-fetch-site": site }))).toBe(false);
    }
  });

  it("compares the origin with the host where the browser says nothing", () => {
    const host = "billing.example.com";
    expect(isSameOrigin(request({ host, origin: "https://billing.example.com" }))).toBe(true);
    expect(isSameOrigin(request({ host, origin: "https://evil.example" }))).toBe(false);
    expect(isSameOrigin(request({ host, origin: "null" }))).toBe(false);
    expect(isSameOrigin(request({ host }))).toBe(false);
  });
});

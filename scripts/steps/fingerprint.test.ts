import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isBuilt } from "./build.mjs";
import { sourceFingerprint } from "./fingerprint.mjs";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "windfall-sources-"));
  write("app/page.tsx", "export default () => null;");
  write("server/core/money.ts", "export const one = 1;");
  write("package-lock.json", "{}");
  write("README.md", "# Read me");
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** What a build leaves behind. */
function build(): void {
  write("dist/main.mjs", "");
  write(".next/BUILD_ID", "1");
  write("dist/.fingerprint", sourceFingerprint(root));
}

const builds = () => isBuilt(root, sourceFingerprint(root));

describe("the next start", () => {
  it("builds what was never built", () => {
    expect(builds()).toBe(false);
  });

  it("does not build again while nothing has changed", () => {
    build();
    expect(builds()).toBe(true);
  });

  it.each([
    ["a changed source", "server/core/money.ts", "export const one = 2;"],
    ["a source that is new", "components/button.tsx", "export const Button = 1;"],
    ["another lock file", "package-lock.json", '{ "lockfileVersion": 3 }'],
    ["a setting of the framework", "next.config.ts", "export default {};"],
    ["a changed table", "prisma/schema/catalog.prisma", "model Feature {}"],
  ])("builds again after %s", (_what, path, text) => {
    build();
    write(path, text);
    expect(builds()).toBe(false);
    build();
    expect(builds()).toBe(true);
  });

  it("builds again after a source was removed or renamed", () => {
    build();
    rmSync(join(root, "server/core/money.ts"));
    expect(builds()).toBe(false);
    write("server/core/amount.ts", "export const one = 1;");
    expect(builds()).toBe(false);
  });

  it("does not build again for what no build reads", () => {
    build();
    write("README.md", "# Changed");
    write("server/core/money.test.ts", "it('adds', () => {});");
    write("server/testing/ctx.ts", "export const ctx = 1;");
    write("server/core/README.md", "# Core");
    expect(builds()).toBe(true);
  });

  it.each(["dist/main.mjs", ".next/BUILD_ID", "dist/.fingerprint"])(
    "builds again when %s is missing",
    (path) => {
      build();
      rmSync(join(root, path));
      expect(builds()).toBe(false);
    },
  );
});

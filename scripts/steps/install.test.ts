import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import packageJson from "../../package.json";
import { isSupportedNode, supportedNode } from "./check-node.mjs";
import { isInstalled } from "./install.mjs";

let root: string;
const lock = (version: string) => ({
  packages: {
    "": { version: "1.0.0" },
    "node_modules/pg": { version },
    "node_modules/only-on-a-mac": { version: "1.0.0", optional: true },
  },
});

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "windfall-install-"));
  mkdirSync(join(root, "node_modules"));
  write("package-lock.json", lock("8.0.0"));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, value: object): void {
  writeFileSync(join(root, path), JSON.stringify(value));
}

describe("the packages", () => {
  it("are not there in a fresh clone", () => {
    expect(isInstalled(root)).toBe(false);
    expect(existsSync(join(root, "node_modules/.windfall-lock"))).toBe(false);
  });

  it("are recognized when they were installed by hand, and then by the lock file alone", () => {
    write("node_modules/.package-lock.json", {
      packages: { "node_modules/pg": { version: "8.0.0" } },
    });
    expect(isInstalled(root)).toBe(true);
    rmSync(join(root, "node_modules/.package-lock.json"));
    expect(isInstalled(root)).toBe(true);
  });

  it("are installed again when the lock file changes", () => {
    write("node_modules/.package-lock.json", {
      packages: { "node_modules/pg": { version: "8.0.0" } },
    });
    expect(isInstalled(root)).toBe(true);
    write("package-lock.json", lock("8.0.1"));
    expect(isInstalled(root)).toBe(false);
  });

  it("are installed again when another version or only some of them are there", () => {
    write("node_modules/.package-lock.json", {
      packages: { "node_modules/pg": { version: "7.0.0" } },
    });
    expect(isInstalled(root)).toBe(false);
    write("node_modules/.package-lock.json", { packages: {} });
    expect(isInstalled(root)).toBe(false);
  });
});

describe("Node", () => {
  it.each(["20.19.0", "20.20.2", "22.12.0", "24.0.0", "25.1.0"])("%s is enough", (version) => {
    expect(isSupportedNode(version)).toBe(true);
  });

  it.each(["18.20.0", "20.9.0", "20.18.3", "21.7.0", "22.11.0", "23.5.0"])(
    "%s is refused, as Prisma refuses it",
    (version) => {
      expect(isSupportedNode(version)).toBe(false);
    },
  );

  it("is asked for by package.json in the same words", () => {
    expect(packageJson.engines.node).toBe(supportedNode);
  });
});

import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDataFolder } from "../data-folder.mjs";
import { provideSecrets } from "./secrets.mjs";

let parent: string;
let folder: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "windfall-secrets-"));
  folder = openDataFolder(join(parent, "data"));
});

afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** A process environment that only tests see. */
const emptyEnvironment = (): NodeJS.ProcessEnv => ({ NODE_ENV: "test" });

describe("the secrets", () => {
  it("are made on the first start, kept for the next, and closed to others", () => {
    const first = emptyEnvironment();
    provideSecrets(folder, first);
    expect(first.NEXTAUTH_SECRET?.length).toBeGreaterThanOrEqual(32);
    expect(first.METRICS_TOKEN).not.toBe(first.NEXTAUTH_SECRET);
    expect(statSync(join(folder, "secrets.json")).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["secrets.json"]);

    const second = emptyEnvironment();
    provideSecrets(folder, second);
    expect(second).toEqual(first);
  });

  it("give way to those in the environment", () => {
    const environment = { ...emptyEnvironment(), METRICS_TOKEN: "given by the operator" };
    provideSecrets(folder, environment);
    expect(environment.METRICS_TOKEN).toBe("given by the operator");
    expect(readFileSync(join(folder, "secrets.json"), "utf8")).not.toContain("operator");
  });

  it("are not silently replaced when their file is damaged", () => {
    writeFileSync(join(folder, "secrets.json"), '{"NEXTAUTH_SECRET": "cut o');
    expect(() => provideSecrets(folder, emptyEnvironment())).toThrow(
      /secrets\.json, .* cannot be read\. Restore it from your backup/,
    );
  });
});

describe("the data folder", () => {
  it("is closed to others, even when it was made open", () => {
    chmodSync(folder, 0o755);
    openDataFolder(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("cannot be where a file is", () => {
    writeFileSync(join(parent, "file"), "");
    for (const path of ["file", "file/below"]) {
      expect(() => openDataFolder(join(parent, path))).toThrow(/a file stands in its way/);
    }
  });

  it("leaves a folder alone that holds other files", () => {
    writeFileSync(join(folder, "notes.txt"), "");
    expect(() => openDataFolder(folder)).toThrow(/WINDFALL_DATA_DIR/);
  });
});

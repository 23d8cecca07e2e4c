import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { checkLint, checkTypes, checkUnused } from "./static.mjs";

// Each tool is shown a folder with one fault, and then the same folder without it.

vi.setConfig({ testTimeout: 120_000 });

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "windfall-static-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

describe("a fault is found by", () => {
  it("Biome", async () => {
    write("biome.json", '{ "root": true, "formatter": { "indentStyle": "space" } }\n');
    write("a.ts", "export const a: any = 1;\n");
    expect(await checkLint(folder)).toMatchObject({ passed: 0, failed: 1 });
    write("a.ts", "export const a   = 1;\n");
    expect(await checkLint(folder)).toMatchObject({ passed: 0, failed: 1 });
    write("a.ts", "export const a = 1;\n");
    expect(await checkLint(folder)).toMatchObject({ passed: 1, failed: 0 });
  });

  it("TypeScript", async () => {
    write("tsconfig.json", '{ "compilerOptions": { "strict": true, "types": [] } }');
    write("a.ts", 'export const a: number = "one";\n');
    expect(await checkTypes(folder)).toMatchObject({ passed: 0, failed: 1 });
    write("a.ts", "export const a: number = 1;\n");
    expect(await checkTypes(folder)).toMatchObject({ passed: 1, failed: 0 });
  });

  it("knip", async () => {
    write("package.json", '{ "name": "example", "type": "module" }');
    write("knip.json", '{ "entry": ["index.ts"], "project": ["*.ts"] }');
    write("index.ts", 'import { used } from "./parts";\nconsole.log(used);\n');
    write("parts.ts", "export const used = 1;\nexport const unused = 2;\n");
    write("forgotten.ts", "export const forgotten = 3;\n");
    const report = await checkUnused(folder);
    expect(report.failed).toBe(2);
    expect(report.details).toMatch(/exports: parts\.ts:2 unused/);
    expect(report.details).toMatch(/files: forgotten\.ts/);
    write("parts.ts", "export const used = 1;\n");
    rmSync(join(folder, "forgotten.ts"));
    expect(await checkUnused(folder)).toMatchObject({ passed: 1, failed: 0 });
  });

  it("each, as having run nothing, where there is nothing", async () => {
    write("biome.json", '{ "root": true, "files": { "includes": ["!**"] } }');
    expect((await checkLint(folder)).failed).toBeGreaterThan(0);
    write("tsconfig.json", '{ "files": [] }');
    expect((await checkTypes(folder)).failed).toBeGreaterThan(0);
  });
});

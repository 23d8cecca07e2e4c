import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { prismaCli, prismaEnvironment } from "./prisma.mjs";

const folder = mkdtempSync(join(tmpdir(), "windfall-schema-"));

beforeAll(() => cpSync("prisma/schema", join(folder, "schema"), { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs Prisma's command line against the test server. */
function prisma(...args: string[]): Promise<{ code: number; output: string }> {
  const env = prismaEnvironment({ ...process.env, DATABASE_URL: inject("serverUrl") });
  return new Promise((resolve) => {
    execFile(process.execPath, [prismaCli(), ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), output: `${stdout}\n${stderr}` }),
    );
  });
}

const diff = (schema: string) =>
  prisma(
    ...["migrate", "diff", "--exit-code"],
    ...["--from-migrations", "prisma/migrations", "--to-schema", schema],
  );

describe("the drift check", () => {
  it("finds the migrations in step with the schema", async () => {
    const { code, output } = await diff("prisma/schema");
    expect(output).toContain("No difference detected");
    expect(code).toBe(0);
  });

  it.each([
    [
      "a changed column",
      "quantity               Int ",
      "quantity               BigInt ",
      "quantity",
    ],
    ["a missing column", /^ {2}pastDue .*\n/m, "", "past_due"],
    ["a missing index", /^ {2}@@index.*plan_version.*\n/m, "", "plan_version_id"],
  ])("exits with 2 on %s and names it", async (_, part, replacement, named) => {
    const file = join(folder, "schema", "billing.prisma");
    const original = readFileSync(file, "utf8");
    const changed = original.replace(part, replacement);
    expect(changed).not.toBe(original);
    writeFileSync(file, changed);
    const { code, output } = await diff(join(folder, "schema"));
    writeFileSync(file, original);
    expect(output).toContain("Changed the `subscription` table");
    expect(output).toContain(named);
    expect(code).toBe(2);
  });

  it("fails rather than finding nothing when there is no database", async () => {
    const env = prismaEnvironment({
      ...process.env,
      DATABASE_URL: "postgresql://127.0.0.1:1/none",
    });
    const args = ["--from-migrations", "prisma/migrations", "--to-schema", "prisma/schema"];
    const code = await new Promise((resolve) => {
      execFile(
        process.execPath,
        [prismaCli(), "migrate", "diff", "--exit-code", ...args],
        { env },
        (error) => resolve(error?.code),
      );
    });
    expect(code).toBe(1);
  });
});

describe("the environment of Prisma's command line", () => {
  it("keeps an engine that was chosen, and lets Vercel fetch its own", () => {
    const chosen = prismaEnvironment({ NODE_ENV: "test", PRISMA_SCHEMA_ENGINE_BINARY: "/engine" });
    expect(chosen.PRISMA_SCHEMA_ENGINE_BINARY).toBe("/engine");
    const hosted = prismaEnvironment({ NODE_ENV: "test", VERCEL: "1" });
    expect(hosted.PRISMA_SCHEMA_ENGINE_BINARY).toBeUndefined();
  });
});

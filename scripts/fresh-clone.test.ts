import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const clone = mkdtempSync(join(tmpdir(), "windfall-clone-"));
cpSync(join(root, "scripts"), join(clone, "scripts"), { recursive: true });
cpSync(join(root, "package.json"), join(clone, "package.json"));
cpSync(join(root, "package-lock.json"), join(clone, "package-lock.json"));

afterAll(() => rmSync(clone, { recursive: true, force: true }));

describe("on a fresh clone, before anything is installed", () => {
  // An npm that cannot run stands for the moment at which the script reaches the installation.
  it.each(["start.mjs", "test.mjs", "build.mjs", "dev.mjs", "bench.mjs"])(
    "scripts/%s loads without any package and gets as far as installing them",
    (script) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [join("scripts", script)], {
        cwd: clone,
        encoding: "utf8",
        env: {
          NODE_ENV: "test",
          PATH: "",
          HOME: clone,
          WINDFALL_DATA_DIR: join(clone, "data"),
          npm_execpath: join(clone, "no-npm.cjs"),
        },
      });
      const output = `${stdout}\n${stderr}`;
      expect(output).not.toContain("ERR_MODULE_NOT_FOUND");
      expect(output).toContain("Installing packages");
      expect(status).not.toBe(0);
    },
  );
});

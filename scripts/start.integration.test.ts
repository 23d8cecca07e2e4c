import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, inject, it, vi } from "vitest";

// What stops `npm start` before its long steps. That it starts, and stops well, is shown end to end.

vi.setConfig({ testTimeout: 120_000 });

const root = fileURLToPath(new URL("..", import.meta.url));
const isRoot = process.getuid?.() === 0;

let parent: string;
let folder: string;
let occupant: Server | undefined;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "windfall-start-"));
  folder = join(parent, "data");
});

afterEach(async () => {
  await new Promise((resolve) => (occupant ? occupant.close(resolve) : resolve(undefined)));
  occupant = undefined;
  rmSync(parent, { recursive: true, force: true });
});

/** Runs `npm start`'s script with the given variables, if wanted behind another command. */
function start(variables: Record<string, string>, prefix: readonly string[] = []) {
  const [command = "", ...args] = [...prefix, process.execPath, "scripts/start.mjs"];
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    timeout: 110_000,
    env: {
      PATH: process.env.PATH ?? "",
      HOME: parent,
      NODE_ENV: "test",
      PORT: "39471",
      WINDFALL_DATA_DIR: folder,
      ...variables,
    },
  });
  expect(stdout, "the long steps come after the checks").not.toMatch(/Building|Starting/);
  expect(stderr, "a sentence is enough").not.toMatch(/^\s+at .*\.mjs:\d+/m);
  return { status, stderr: stderr.trim() };
}

/** Behind a command that puts a small disk where the data folder is, for that process alone. */
function onDisk(size: string, afterwards: string): readonly string[] {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const mount = `mount -t tmpfs -o size=${size},mode=700 none '${folder}' && ${afterwards} || exit 9
    "$@"; status=$?; ls -A '${folder}' > '${parent}/left'; exit $status`;
  const namespace = isRoot ? ["--mount"] : ["--map-root-user", "--mount"];
  return ["unshare", ...namespace, "sh", "-c", mount, "sh"];
}

describe("npm start stops with a sentence when", () => {
  it("the port is taken", async () => {
    const server = createServer((_request, response) => response.end());
    occupant = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const { status, stderr } = start({ PORT: String(port) });
    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`already uses port ${port} on 127\\.0\\.0\\.1\\. .*PORT=`));
    expect(readdirSync(parent)).toEqual([]);
  });

  it("DATABASE_URL points nowhere", () => {
    const { status, stderr } = start({ DATABASE_URL: "postgresql://me:hunter2@127.0.0.1:9/shop" });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Nothing answers at the database shop at 127\.0\.0\.1:9\./);
    expect(stderr).not.toContain("hunter2");
    expect(readdirSync(parent)).toEqual([]);
  });

  it("variables are wrong, each in a line of its own", () => {
    const { status, stderr } = start({
      DATABASE_URL: inject("serverUrl"),
      LOG_LEVEL: "loud",
      SMTP_URL: "mail.example.com",
      WINDFALL_BOOTSTRAP_SECRET_KEY: "secret",
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^ {2}LOG_LEVEL is not a level\./m);
    expect(stderr).toMatch(/^ {2}SMTP_URL is not the address of a mail server\./m);
    expect(stderr).toMatch(/^ {2}SMTP_URL is set without EMAIL_FROM\./m);
    expect(stderr).toMatch(/^ {2}WINDFALL_BOOTSTRAP_SECRET_KEY is not a sandbox key\./m);
    expect(readdirSync(parent)).toEqual([]);
  });

  it("HOST is another machine's", () => {
    const { status, stderr } = start({ HOST: "192.0.2.1" });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^HOST is 192\.0\.2\.1, which/)]);
  });

  it("the data folder was written by a newer version, which is left as it is", () => {
    mkdirSync(join(folder, "postgres"), { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, "postgres", "PG_VERSION"), "99\n");
    const { status, stderr } = start({});
    expect(status).toBe(1);
    expect(stderr).toMatch(/written by Postgres 99, .* Start it with the newer Windfall/);
    expect(readdirSync(folder)).toEqual(["postgres"]);
  });

  it("the disk is full, with nothing left on it", () => {
    const left = () => readFileSync(join(parent, "left"), "utf8");
    const filled = `{ dd if=/dev/zero of='${folder}/postgres.log' 2>/dev/null; true; }`;
    const { status, stderr } = start({}, onDisk("64k", filled));
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^The disk .* is full\. /)]);
    expect(left()).toBe("postgres.log\n");
    const tooSmall = start({}, onDisk("1m", "true"));
    expect(tooSmall.stderr).toMatch(/^The disk that holds .* is full\. .*100 MB/);
    expect(left()).toBe("");
  });

  it("the disk is read-only", () => {
    const prefix = onDisk("1m", `mount -o remount,ro '${folder}'`);
    const { status, stderr } = start({}, prefix);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^The disk .* is read-only\. /)]);
  });
});

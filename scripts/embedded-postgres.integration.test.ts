import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findBinaries } from "./embedded-postgres/binaries.mjs";
import { boot } from "./embedded-postgres.mjs";

const launcher = fileURLToPath(new URL("embedded-postgres.mjs", import.meta.url));
const binariesModule = fileURLToPath(new URL("embedded-postgres/binaries.mjs", import.meta.url));
const isRoot = process.getuid?.() === 0;

// Each test creates, starts and stops databases, which a busy machine does slowly.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

let parent: string;
let dir: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "windfall-launcher-"));
  chmodSync(parent, 0o755);
  dir = join(parent, "data");
});

afterEach(async () => {
  if (existsSync(join(dir, "postgres", "postmaster.pid"))) await (await boot({ dir })).stop();
  rmSync(parent, { recursive: true, force: true });
});

async function ask(url: string, question: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query({ text: question, rowMode: "array" });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}

/** Runs code in another process, with `boot` and `dir` at hand, and returns what it printed. */
function inAnotherProcess(code: string, prefix: readonly string[] = [], at = dir) {
  const source = `
    import { boot } from ${JSON.stringify(launcher)};
    const dir = ${JSON.stringify(at)};
    ${code}`;
  const command = [...prefix, process.execPath, "--input-type=module", "--eval", source];
  const { status, stdout, stderr } = spawnSync(command[0] ?? "", command.slice(1), {
    encoding: "utf8",
    cwd: fileURLToPath(new URL("..", import.meta.url)),
  });
  return { status, stdout: stdout.trim(), stderr };
}

/** Runs code where `dir` is a small disk of its own, which only that process sees. */
function onSmallDisk(megabytes: number, code: string) {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const mount = `mount -t tmpfs -o size=${megabytes}m,mode=700 none '${dir}' && exec "$@"`;
  const namespace = isRoot ? ["--mount"] : ["--map-root-user", "--mount"];
  const result = inAnotherProcess(code, ["unshare", ...namespace, "sh", "-c", mount, "sh"]);
  expect(result.stderr, "this machine does not let the test mount a disk").not.toMatch(
    /^(unshare|mount|sh): /m,
  );
  return result;
}

describe("a data folder", () => {
  it("gets a private database that keeps what it is told, with full durability", async () => {
    const first = await boot({ dir });
    expect(first.reused).toBe(false);
    await ask(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
    expect(await ask(first.url, "SHOW fsync")).toBe("on");
    expect(await ask(first.url, "SHOW synchronous_commit")).toBe("on");
    expect(await ask(first.url, "SHOW full_page_writes")).toBe("on");
    expect(await ask(first.url, "SHOW checkpoint_timeout")).toBe("15min");
    expect(await ask(first.url, "SHOW listen_addresses")).toBe("127.0.0.1");
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, "postgres")).mode & 0o077).toBe(0);
    expect(statSync(join(dir, "postgres-password")).mode & 0o777).toBe(0o600);
    expect(await first.stop()).toBe("stopped");
    expect(existsSync(join(dir, "postgres", "postmaster.pid"))).toBe(false);

    const second = await boot({ dir });
    expect(await ask(second.url, "SELECT answer FROM kept")).toBe(42);
    expect(readFileSync(join(dir, "postgres.log"), "utf8")).not.toMatch(/was interrupted|PANIC/);
  });

  it("lets nobody in without the password", async () => {
    const { url } = await boot({ dir });
    const without = new URL(url);
    without.password = "guessed";
    await expect(ask(without.href, "SELECT 1")).rejects.toThrow(/password authentication failed/);
  });

  it("is served once, to every process that asks", async () => {
    const [first, second] = await Promise.all([boot({ dir }), boot({ dir })]);
    const other = inAnotherProcess(
      "const { pid, reused } = await boot({ dir }); console.log(pid, reused);",
    );
    expect(second.pid).toBe(first.pid);
    expect([first.reused, second.reused].sort()).toEqual([false, true]);
    expect(other.stdout).toBe(`${first.pid} true`);
  });

  it("stays up while another process holds a connection", async () => {
    const server = await boot({ dir });
    const other = new pg.Client({ connectionString: server.url });
    await other.connect();
    expect(await server.stop()).toBe("left running");
    expect((await other.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    await other.end();
    expect(await (await boot({ dir })).stop()).toBe("stopped");
  });

  it("is not stopped by a process that only joined, while its starter lives", async () => {
    await boot({ dir });
    const other = inAnotherProcess("console.log(await (await boot({ dir })).stop());");
    expect(other.stdout).toBe("left running");
  });

  it("is taken over when its starter is gone", async () => {
    const starter = inAnotherProcess("console.log((await boot({ dir })).pid); process.exit(0);");
    const server = await boot({ dir });
    expect([server.reused, String(server.pid)]).toEqual([true, starter.stdout]);
    expect(await server.stop()).toBe("stopped");
  });

  it("recovers after everything was killed", async () => {
    const server = await boot({ dir });
    await ask(server.url, "CREATE TABLE kept AS SELECT 42 AS answer");
    process.kill(server.pid, "SIGKILL");
    const again = await boot({ dir });
    expect(again.reused).toBe(false);
    expect(await ask(again.url, "SELECT answer FROM kept")).toBe(42);
  });

  it("starts over a postmaster.pid that names a zombie or a stranger", async () => {
    const server = await boot({ dir });
    await server.stop();
    const file = join(dir, "postgres", "postmaster.pid");
    const zombie = await makeZombie();
    for (const pid of [process.pid, zombie.pid]) {
      writeFileSync(file, `${pid}\n${dir}/postgres\n0\n5432\n\n127.0.0.1\n0 0\nready\n`);
      const again = await boot({ dir });
      expect(again.reused).toBe(false);
      await again.stop();
    }
    zombie.end();
  });

  it("begins again when the first start was cut off", async () => {
    mkdirSync(join(dir, "postgres-initializing"), { recursive: true });
    writeFileSync(join(dir, "postgres-initializing", "PG_VERSION"), "18\n");
    const { url } = await boot({ dir });
    expect(await ask(url, "SELECT 1")).toBe(1);
    expect(existsSync(join(dir, "postgres-initializing"))).toBe(false);
  });
});

/** A process that has ended and whose parent does not ask how, as in some containers. */
async function makeZombie() {
  const parentProcess = spawn("sh", ["-c", "sleep 0 & echo $!; exec sleep 600"]);
  const [line] = await new Promise<string[]>((resolve) =>
    parentProcess.stdout.once("data", (chunk) => resolve(String(chunk).split("\n"))),
  );
  await wait(200);
  return { pid: Number(line), end: () => parentProcess.kill() };
}

describe("root", () => {
  // Each way of leaving root that this machine allows; an ordinary user has only the plain one.
  const modes = isRoot
    ? (["userns", "setpriv", "nobody", "userns"] as const)
    : (["plain"] as const);

  it("never runs Postgres as itself, and each way can go on where another left off", async () => {
    for (const mode of modes) {
      const server = await boot({ dir, mode });
      expect(server.mode).toBe(mode);
      expect(await ask(server.url, "SELECT current_setting('is_superuser')")).toBe("on");
      expect(await server.stop()).toBe("stopped");
    }
  });

  it("needs no reachable folder, or says so", async () => {
    chmodSync(parent, 0o700);
    for (const mode of modes.filter((candidate) => candidate !== "nobody")) {
      const server = await boot({ dir, mode });
      expect(server.mode).toBe(mode);
      await server.stop();
    }
    if (isRoot) {
      await expect(boot({ dir, mode: "nobody" })).rejects.toThrow(
        /the user "nobody" cannot reach .*WINDFALL_DATA_DIR/,
      );
    }
  });
});

describe("the binaries", () => {
  const home = dirname(findBinaries().root);

  it("get their libraries' links where install scripts are switched off", () => {
    const copy = join(parent, "package");
    cpSync(home, copy, { recursive: true, verbatimSymlinks: true });
    const library = join(copy, "native", "lib", "libicuuc.so.60");
    rmSync(library);
    const { root } = findBinaries(copy);
    expect(lstatSync(library).isSymbolicLink()).toBe(true);
    const { status, stdout } = spawnSync(join(root, "bin", "postgres"), ["--version"]);
    expect([status, String(stdout)]).toEqual([0, expect.stringContaining("(PostgreSQL) 18")]);
  });

  it("are copied to where nobody can read them, if they are not", async () => {
    // Only root becomes somebody else; an ordinary user's Postgres reads what the user reads.
    if (!isRoot) return;
    const closed = join(parent, "closed");
    mkdirSync(closed, { mode: 0o700 });
    cpSync(home, closed, { recursive: true, verbatimSymlinks: true });
    const binaries = findBinaries(closed);
    const server = await boot({ dir, mode: "nobody", binaries });
    expect(await ask(server.url, "SELECT 1")).toBe(1);
    const running = readlinkSync(`/proc/${server.pid}/exe`);
    expect(running).toMatch(/windfall-postgres-18-\d+\/native\/bin\/postgres$/);
    expect(statSync(running).uid).toBe(0);
    await server.stop();
    rmSync(running.replace(/\/native\/.*/, ""), { recursive: true });
  });

  it("that are missing for a platform are named with the way out", () => {
    const gone = inAnotherProcess(
      `Object.defineProperty(process, "arch", { value: "vax" });
       const { findBinaries } = await import(${JSON.stringify(binariesModule)} + "?vax");
       try { findBinaries(); } catch (error) { console.log(error.name, error.message); }`,
    );
    expect(gone.stdout).toMatch(
      /^StartError There is no built-in Postgres for .* on vax .*DATABASE_URL/,
    );
  });
});

describe("what stands in the way is said", () => {
  it("a database of another major version", async () => {
    mkdirSync(join(dir, "postgres"), { recursive: true });
    writeFileSync(join(dir, "postgres", "PG_VERSION"), "99\n");
    await expect(boot({ dir })).rejects.toThrow(
      /was written by Postgres 99, .* Start it with the newer Windfall/,
    );
    writeFileSync(join(dir, "postgres", "PG_VERSION"), "12\n");
    await expect(boot({ dir })).rejects.toThrow(/was written by Postgres 12, .* Dump it/);
    expect(readFileSync(join(dir, "postgres", "PG_VERSION"), "utf8")).toBe("12\n");
    rmSync(dir, { recursive: true });
  });

  it("a lost password", async () => {
    await (await boot({ dir })).stop();
    rmSync(join(dir, "postgres-password"));
    await expect(boot({ dir })).rejects.toThrow(
      /postgres-password, .* Restore it from your backup/,
    );
    writeFileSync(join(dir, "postgres-password"), "not the one that was lost");
    process.kill(
      Number(readFileSync(join(dir, "postgres", "postmaster.pid"), "utf8").split("\n")[0]),
      "SIGINT",
    );
    await wait(1_000);
    rmSync(dir, { recursive: true });
  });

  it("a folder with somebody else's files, which is left as it is", async () => {
    mkdirSync(dir, { mode: 0o755 });
    writeFileSync(join(dir, "thesis.txt"), "mine");
    await expect(boot({ dir })).rejects.toThrow(
      /holds files that are not Windfall's \(thesis\.txt\)/,
    );
    expect(statSync(dir).mode & 0o777).toBe(0o755);
  });

  it("a full disk, on the first start and on a later one, with nothing half-made", () => {
    const tooSmall = onSmallDisk(
      16,
      `const { readdirSync } = await import("node:fs");
       await boot({ dir }).catch((error) => console.log(error.name, error.message));
       console.log(readdirSync(dir).filter((name) => !name.endsWith(".log")).join() || "nothing");`,
    );
    expect(tooSmall.stdout).toMatch(
      /^StartError The disk that holds .* is full\. .*free some space/,
    );
    expect(tooSmall.stdout).not.toMatch(/postgres$|initializing/m);

    const later = onSmallDisk(
      200,
      `const { execFileSync } = await import("node:child_process");
       const { rmSync } = await import("node:fs");
       await (await boot({ dir })).stop();
       try { execFileSync("dd", ["if=/dev/zero", "of=" + dir + "/postgres/filler", "bs=64k"], { stdio: "ignore" }); } catch {}
       await boot({ dir }).catch((error) => console.log(error.name, error.message));
       rmSync(dir + "/postgres/filler");
       const server = await boot({ dir });
       console.log(server.reused, await server.stop());`,
    );
    expect(later.stdout).toMatch(/^StartError The disk that holds .* is full\./);
    expect(later.stdout).toMatch(/^false stopped$/m);
  });

  it("a disk that fills up while serving loses nothing that was acknowledged", () => {
    const { stdout } = onSmallDisk(
      200,
      `import pg from "pg";
       let server = await boot({ dir });
       const connect = async () => {
         const client = new pg.Client({ connectionString: server.url });
         client.on("error", () => {});
         await client.connect();
         return client;
       };
       const { writeFileSync, rmSync } = await import("node:fs");
       writeFileSync(dir + "/postgres.reserve", Buffer.alloc(20_000_000));
       let client = await connect();
       await client.query("CREATE TABLE row_kept (n int, filler text)");
       let acknowledged = 0;
       let refused;
       while (refused === undefined) {
         await client
           .query("INSERT INTO row_kept SELECT $1, (SELECT string_agg(md5(random()::text), '') FROM generate_series(1, 20000))", [acknowledged])
           .then(() => { acknowledged += 1; }, (error) => { refused = error; });
       }
       await client.end().catch(() => {});
       rmSync(dir + "/postgres.reserve");
       await new Promise((resolve) => setTimeout(resolve, 2_000));
       server = await boot({ dir });
       client = await connect();
       const { rows } = await client.query("SELECT count(*)::int AS kept FROM row_kept");
       await client.end();
       console.log(acknowledged > 10, rows[0].kept - acknowledged, await server.stop());`,
    );
    // One insert more may have been stored whose answer was lost with the connection.
    expect(stdout).toMatch(/^true (0|1) stopped$/);
  });

  it("a read-only disk", () => {
    const { stdout } = onSmallDisk(
      200,
      `const { execFileSync } = await import("node:child_process");
       await (await boot({ dir })).stop();
       execFileSync("mount", ["-o", "remount,ro", dir]);
       await boot({ dir }).catch((error) => console.log(error.name, error.message));`,
    );
    expect(stdout).toMatch(/^StartError The disk that holds .* is read-only\. Mount it writable/);
  });
});

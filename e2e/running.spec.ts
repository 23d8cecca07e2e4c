import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "@playwright/test";
import { bootstrapped } from "./installation";

// How an installation starts and stops. The product is built by the time these run.

const { E2E_FOLDER = "" } = process.env;
const folder = join(E2E_FOLDER, "running");
const postmaster = join(folder, "postgres", "postmaster.pid");

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
  readonly url: string;
  output(): string;
  exit(): Promise<number | null>;
}

const started: Running[] = [];

test.afterEach(async () => {
  for (const { child, exit } of started.splice(0)) {
    child.kill("SIGTERM");
    await exit();
  }
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  const port = typeof address === "object" && address ? address.port : 0;
  probe.close();
  await once(probe, "close");
  return port;
}

async function start(port?: number): Promise<Running> {
  const chosen = port ?? (await freePort());
  const child = spawn(process.execPath, ["scripts/start.mjs"], {
    env: {
      ...process.env,
      PORT: String(chosen),
      HOST: "127.0.0.1",
      WINDFALL_DATA_DIR: folder,
      WINDFALL_BOOTSTRAP_SECRET_KEY: bootstrapped.secretKey,
      DATABASE_URL: "",
      LOG_LEVEL: "info",
    },
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  const ended = once(child, "exit");
  const running = {
    child,
    port: chosen,
    url: `http://127.0.0.1:${chosen}`,
    output: () => output,
    exit: async () => (await ended)[0] as number | null,
  };
  started.push(running);
  return running;
}

/** The answers of /healthz, each status once, until it says that all is well. */
async function healthUntilReady({ url, child }: Running): Promise<readonly number[]> {
  const seen: number[] = [];
  while (child.exitCode === null) {
    const status = await fetch(`${url}/healthz`).then(
      (answer) => answer.status,
      () => undefined,
    );
    if (status !== undefined && seen.at(-1) !== status) seen.push(status);
    if (status === 200) break;
    await wait(10);
  }
  return seen;
}

async function greeted({ output }: Running): Promise<string> {
  await expect.poll(output, { timeout: 30_000 }).toContain("Ctrl-C stops it.");
  return output();
}

test("starts, is ready when it says so, stops well, and starts again in seconds", async () => {
  const first = await start();
  expect(await healthUntilReady(first)).toEqual([503, 200]);
  const greeting = await greeted(first);
  expect(greeting).toContain(`runs at http://localhost:${first.port}`);
  const [, token] = /one-time token: (\S+)/.exec(greeting) ?? [];
  expect(token?.length).toBeGreaterThan(20);
  const health = await (await fetch(`${first.url}/healthz`)).json();
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(health).toMatchObject({ status: "ok", version, database: "ok" });

  first.child.kill("SIGTERM");
  expect(await first.exit()).toBe(0);
  expect(existsSync(postmaster)).toBe(false);
  expect(readFileSync(join(folder, "postgres.log"), "utf8")).not.toMatch(/interrupted|PANIC/);

  const before = Date.now();
  const second = await start();
  await healthUntilReady(second);
  expect(Date.now() - before).toBeLessThan(20_000);
  const again = await greeted(second);
  expect(again).not.toMatch(/Building|Installing/);
  expect(again).toContain(`one-time token: ${token}`);
});

test("finishes what is in flight before it stops", async () => {
  const running = await start();
  await healthUntilReady(running);
  const body = JSON.stringify({ customer_id: "in-flight" });
  const call = request(`${running.url}/v1/customers.get_or_create`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${bootstrapped.secretKey}`,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    },
  });
  const answered = once(call, "response");
  call.write(body.slice(0, 10));
  await wait(300);
  running.child.kill("SIGTERM");
  await wait(500);
  call.end(body.slice(10));
  const [answer] = (await answered) as [IncomingMessage];
  const text = await answer.setEncoding("utf8").reduce((all, chunk) => all + chunk, "");
  expect([answer.statusCode, JSON.parse(text)]).toEqual([
    200,
    expect.objectContaining({ id: "in-flight" }),
  ]);
  expect(await running.exit()).toBe(0);
  await expect(fetch(`${running.url}/healthz`)).rejects.toThrow();
  expect(existsSync(postmaster)).toBe(false);
});

test("Ctrl-C that arrives twice, as npm passes it on, stops the database cleanly", async () => {
  const running = await start();
  await healthUntilReady(running);
  running.child.kill("SIGINT");
  running.child.kill("SIGINT");
  expect(await running.exit()).toBe(0);
  expect(existsSync(postmaster)).toBe(false);
  const again = await start();
  await healthUntilReady(again);
  expect(readFileSync(join(folder, "postgres.log"), "utf8")).not.toMatch(/interrupted|PANIC/);
});

test("a second one on its port stops with a sentence and disturbs nothing", async () => {
  const running = await start();
  await healthUntilReady(running);
  const second = await start(running.port);
  expect(await second.exit()).toBe(1);
  expect(second.output()).toMatch(/^Windfall \S+ already uses port \d+ .*PORT=\d+ npm start$/m);
  expect((await fetch(`${running.url}/healthz`)).status).toBe(200);
});

test("a second one on its data folder shares the database and leaves it running", async () => {
  const first = await start();
  await healthUntilReady(first);
  const second = await start();
  await healthUntilReady(second);
  second.child.kill("SIGTERM");
  expect(await second.exit()).toBe(0);
  expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
  first.child.kill("SIGTERM");
  expect(await first.exit()).toBe(0);
  expect(existsSync(postmaster)).toBe(false);
});

test("logs and metrics tell nothing to strangers", async () => {
  const running = await start();
  await healthUntilReady(running);
  expect((await fetch(`${running.url}/metrics`)).status).toBe(401);
  const { METRICS_TOKEN: token } = JSON.parse(readFileSync(join(folder, "secrets.json"), "utf8"));
  const headers = { authorization: `Bearer ${token}` };
  const metrics = await fetch(`${running.url}/metrics`, { headers });
  expect([metrics.status, await metrics.text()]).toEqual([
    200,
    expect.stringContaining("windfall_requests_total"),
  ]);
  expect(running.output()).not.toContain(bootstrapped.secretKey);
  expect(running.output()).not.toContain(token);
});

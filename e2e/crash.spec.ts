import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "@playwright/test";
import pg from "pg";
import { boot } from "../scripts/embedded-postgres.mjs";
import { brokenInvariants } from "../server/testing/ledger-invariants";

const { E2E_FOLDER = "", E2E_CRASH_PORT = "" } = process.env;
const KILLS = 20;
const CALLERS = 32;
const url = `http://127.0.0.1:${E2E_CRASH_PORT}`;
const key = "am_sk_test_crash0123456789";
const folder = join(E2E_FOLDER, "crash");

let server: ChildProcess;

/** Starts the production server as a user does, and waits until it takes traffic. */
async function start(): Promise<void> {
  server = spawn(process.execPath, ["scripts/start.mjs"], {
    stdio: "ignore",
    env: {
      ...process.env,
      PORT: E2E_CRASH_PORT,
      HOST: "127.0.0.1",
      DATABASE_URL: "",
      WINDFALL_DATA_DIR: folder,
      WINDFALL_BOOTSTRAP_SECRET_KEY: key,
      RATE_LIMITS: "off",
      LOG_LEVEL: "error",
    },
  });
  for (;;) {
    const ready = await fetch(`${url}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    if (server.exitCode !== null) throw new Error(`The server ended with ${server.exitCode}.`);
    await wait(50);
  }
}

async function stop(signal: NodeJS.Signals): Promise<void> {
  const ended = new Promise((resolve) => server.once("exit", resolve));
  server.kill(signal);
  await ended;
}

async function post(name: string, body: unknown, idempotencyKey?: string) {
  const answer = await fetch(`${url}/v1/${name}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
    },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

/** Sends until it is acknowledged, as a careful client does: always with the same key. */
async function trackUntilAcknowledged(customer_id: string, idempotencyKey: string): Promise<void> {
  for (;;) {
    const status = await post(
      "balances.track",
      { customer_id, feature_id: "messages", value: 1 },
      idempotencyKey,
    ).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return;
    expect([0, 503]).toContain(status);
    await wait(20);
  }
}

async function givenCustomer(customer_id: string, included_grant: number): Promise<void> {
  await post("customers.get_or_create", { customer_id });
  const granted = await post("balances.create", {
    customer_id,
    feature_id: "messages",
    included_grant,
  });
  expect(granted.status).toBe(200);
}

async function balanceOf(customer_id: string) {
  return (await post("balances.check", { customer_id, feature_id: "messages" })).body.balance;
}

async function inDatabase<Result>(run: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: (await boot({ dir: folder })).url });
  await client.connect();
  return run(client).finally(() => client.end());
}

test.describe.configure({ mode: "serial", timeout: 600_000 });

test.beforeAll(async () => {
  test.setTimeout(300_000);
  await start();
  await post("features.create", {
    feature_id: "messages",
    name: "Messages",
    type: "metered",
    consumable: true,
  });
});

test.afterAll(async () => {
  if (server.exitCode === null) await stop("SIGTERM");
});

test("64 callers spend exactly 1,000 with 2,000 tracks", async () => {
  await givenCustomer("exact", 1000);
  let left = 2000;
  let deducted = 0;
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      const { status, body } = await post("balances.track", {
        customer_id: "exact",
        feature_id: "messages",
        value: 1,
      });
      expect(status).toBe(200);
      for (const { value } of body.deductions as { value: number }[]) deducted += value;
    }
  };
  await Promise.all(Array.from({ length: 64 }, caller));
  expect(deducted).toBe(1000);
  expect(await balanceOf("exact")).toMatchObject({ granted: 1000, usage: 1000, remaining: 0 });
});

test(`${KILLS} kills at random points lose nothing that was acknowledged, and repeat nothing`, async () => {
  await givenCustomer("killed", 1_000_000);
  let running = true;
  let sent = 0;
  const callers = Array.from({ length: CALLERS }, async () => {
    while (running) {
      sent += 1;
      await trackUntilAcknowledged("killed", `call-${sent}`);
    }
  });
  for (let kill = 0; kill < KILLS; kill++) {
    await wait(100 + Math.random() * 900);
    await stop("SIGKILL");
    await start();
  }
  running = false;
  await Promise.all(callers);
  expect(await balanceOf("killed")).toMatchObject({ usage: sent, remaining: 1_000_000 - sent });
  const [events, broken] = await inDatabase(async (client) => [
    (
      await client.query(
        `SELECT count(*)::int AS n FROM meter_event e JOIN customer c ON c.id = e.customer_id
         WHERE c.external_id = 'killed'`,
      )
    ).rows[0].n as number,
    await brokenInvariants({
      query: async ({ text, values }) => (await client.query(text, values as unknown[])).rows,
    }),
  ]);
  expect(events).toBe(sent);
  expect(broken).toEqual([]);
  console.log(`${KILLS} kills, ${sent} tracks acknowledged, ${events} in the ledger`);
});

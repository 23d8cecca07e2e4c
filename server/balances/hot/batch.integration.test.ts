import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { db, openDb } from "../../platform/db";
import { env } from "../../platform/env";
import { sql } from "../../platform/sql";
import { balanceDesk } from "../../testing/balance-desk";
import { givenFeature } from "../../testing/factory";

const { check, customer, desk, events, grant, track } = balanceDesk();

describe("idempotency", () => {
  it("replays the first answer, and refuses the key for another body", async () => {
    await customer({ messages: 10 });
    const body = { value: 4 };
    const first = await track(body, "key-1");
    expect(await track(body, "key-1")).toEqual(first);
    await expect(track({ ...body, value: 5 }, "key-1")).rejects.toMatchObject({
      reason: "duplicate_idempotency_key",
    });
    expect(await events()).toBe(1);
  });

  it("applies twins in flight once, in one batch and across batches", async () => {
    await customer({ messages: 10 });
    const body = { value: 1 };
    const answers = await Promise.all(Array.from({ length: 20 }, () => track(body, "twin")));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await events()).toBe(1);
  });

  it("replays a denial too, although the balance came back since", async () => {
    await customer({ messages: 1 });
    const body = { required_balance: 2, send_event: true };
    expect(await check(body, "denied")).toMatchObject({ allowed: false });
    await grant({ feature_id: "messages", included_grant: 5 });
    expect(await check(body, "denied")).toMatchObject({ allowed: false });
    expect(await check(body, "fresh")).toMatchObject({ allowed: true });
  });

  it("keeps no key for a request that failed", async () => {
    await customer({ messages: 1 });
    const body = { feature_id: "later", value: 1 };
    await expect(track(body, "retry")).rejects.toMatchObject({ reason: "feature_not_found" });
    await givenFeature(desk.tenant, { slug: "later" });
    expect(await track(body, "retry")).toMatchObject({ value: 1 });
  });
});

describe("many callers at once", () => {
  it("spends exactly the grant: 64 callers, 2,000 tracks of 1 against 1,000", async () => {
    await customer({ messages: 1000 });
    const spend = { required_balance: 1, send_event: true };
    let left = 1000;
    let allowed = 0;
    const caller = async () => {
      while (left > 0) {
        left -= 1;
        const [answer] = await Promise.all([check(spend), track({ value: 1 })]);
        if (answer.allowed) allowed += 1;
      }
    };
    await Promise.all(Array.from({ length: 64 }, caller));
    const after = await check();
    expect(after.balance).toMatchObject({ granted: 1000, usage: 1000, remaining: 0 });
    expect(allowed).toBeGreaterThan(0);
  });

  it("loses its fence to another process and still applies everything once", async () => {
    await customer({ messages: 1000 });
    let running = true;
    // Stands for another process: it moves the gate under the batches, over and over.
    const rival = (async () => {
      let moves = 0;
      while (running && moves < 500) {
        moves += 1;
        await db().query(sql`
          UPDATE customer_head h SET seq = h.seq + 1 FROM customer c
          WHERE c.id = h.customer_id AND c.env_id = ${desk.tenant.envId} AND c.external_id = ${desk.customer_id}`);
      }
    })();
    await Promise.all(Array.from({ length: 300 }, () => track({})));
    running = false;
    await rival;
    const after = await check();
    expect(after.balance).toMatchObject({ usage: 300, remaining: 700 });
    expect(await events()).toBe(300);
  });

  it("applies everything once although its connections break in the middle of statements", async () => {
    await customer({ messages: 100_000 });
    let running = true;
    let broken = 0;
    let tracked = 0;
    const rival = (async () => {
      const own = openDb(env().DATABASE_URL);
      while (running) {
        const rows = await own.query(sql`
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active'
            AND query ~ 'FROM ok|WITH s AS|FOR UPDATE|COMMIT'`);
        broken += rows.length;
        await wait(100);
      }
      await own.close();
    })();
    const caller = async () => {
      while (broken < 6 && tracked < 50_000) {
        await track({});
        tracked += 1;
      }
    };
    await Promise.all(Array.from({ length: 10 }, caller)).finally(() => {
      running = false;
    });
    await rival;
    expect(broken).toBeGreaterThanOrEqual(6);
    expect(await events()).toBe(tracked);
    expect((await check()).balance).toMatchObject({ usage: tracked });
  });

  it("never takes neighbours down with a failing request", async () => {
    await customer({ messages: 10 });
    const results = await Promise.allSettled([
      track({}),
      track({ customer_id: "nobody", feature_id: "messages" }),
      track({ feature_id: "nothing" }),
      track({}),
    ]);
    expect(results.map((result) => result.status)).toEqual([
      "fulfilled",
      "rejected",
      "rejected",
      "fulfilled",
    ]);
  });
});

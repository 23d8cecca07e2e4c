import { describe, expect, it } from "vitest";
import { LedgerCause, moveGrant, openGrant } from "../../core/balances/ledger";
import { type Lock, LockStatus } from "../../core/balances/lock";
import { quantity } from "../../core/quantity";
import { db } from "../../platform/db";
import { newId } from "../../platform/id";
import { sql } from "../../platform/sql";
import { inPlainTransaction } from "../../platform/transaction";
import { balanceDesk } from "../../testing/balance-desk";
import { testCtx } from "../../testing/ctx";
import { gateCustomers } from "../gate";
import { writeEffects } from "../write-effects";
import { decideInBatch } from "./batch";
import type { EffectsOf } from "./effects";
import type { Subject, UsageRequest } from "./subject";

const { customer, desk, track } = balanceDesk();

const startsAt = new Date("2026-11-01T00:00:00.000Z");
const endsAt = new Date("2090-12-01T00:00:00.125Z");
const nothing: EffectsOf = { changes: [], events: [] };

/** Decides a request of the desk's customer about messages. */
function decided<Answer>(
  decide: (subject: Subject) => { answer: Answer; effects?: EffectsOf },
  lockKey?: string,
): Promise<Answer> {
  const request: UsageRequest = {
    ctx: testCtx(desk.tenant),
    customerId: desk.customer_id,
    entityId: null,
    ...(lockKey === undefined ? {} : { lockKey }),
    featuresIn: (catalog) => [...catalog.featureBySlug.values()].filter(isMessages),
    decide: (subject) => {
      const { answer, effects = nothing } = decide(subject);
      return { answer, ...effects };
    },
  };
  return decideInBatch(request) as Promise<Answer>;
}

const isMessages = ({ slug }: { slug: string }) => slug === "messages";
const messages = (subject: Subject) => subject.features.find(isMessages)?.id ?? -1;

async function setControls(): Promise<void> {
  await db().query(sql`
    UPDATE customer SET billing_controls = '{"overage_allowed":[]}'
    WHERE env_id = ${desk.tenant.envId} AND external_id = ${desk.customer_id}`);
}

/** A lock on 5 messages that took half a unit of the customer's first grant, with its event. */
function holding(subject: Subject, key: string): EffectsOf {
  const [grant] = subject.grantsOf(messages(subject));
  if (grant === undefined) throw new Error("The customer has no messages.");
  const lock: Lock = {
    id: newId(),
    key,
    featureId: messages(subject),
    entityId: null,
    amount: quantity(5),
    status: LockStatus.held,
    parts: [{ grantId: grant.id, amount: quantity(0.5), units: quantity(5) }],
    properties: { note: 'a "quoted", {braced} text \\' },
    expiresAt: endsAt,
    lapses: false,
    closedAt: null,
    closeEventId: null,
    createdAt: startsAt,
  };
  const { grant: moved, entry } = moveGrant(grant, {
    at: subject.now,
    cause: LedgerCause.lock,
    causeId: lock.id,
    delta: quantity(-0.5),
  });
  const part = { grantId: grant.id, setId: grant.setId, value: quantity(0.5), units: quantity(5) };
  const event = {
    id: lock.id,
    featureId: lock.featureId,
    entityId: null,
    eventName: null,
    occurredAt: subject.now,
    value: lock.amount,
    parts: [part],
    properties: lock.properties,
  };
  return { changes: [{ grant: moved, entries: [entry] }], events: [event], locks: [lock] };
}

describe("counters, alerts and top-ups", () => {
  const windowOf = (subject: Subject, used: number) => ({
    featureId: messages(subject),
    scopeId: subject.customerId,
    limitHash: -7n,
    startsAt,
    endsAt,
    used: quantity(used),
  });

  it("are seen by the next request of the batch and by the next batch", async () => {
    await customer({ messages: 10 });
    await setControls();
    const seen = (subject: Subject) => ({
      used: subject.windowsOf(messages(subject)).map(({ used }) => used.toNumber()),
      ends: subject.windowsOf(messages(subject)).map((window) => window.endsAt),
      fired: subject.alertFiredAt({
        scopeId: subject.customerId,
        featureId: messages(subject),
        key: "usage 5",
      }),
      suppressed: subject.topupSuppressedUntil(messages(subject)),
    });
    const count = (used: number) =>
      decided((subject) => ({
        answer: seen(subject),
        effects: {
          ...nothing,
          windows: [windowOf(subject, used)],
          alerts: [{ scopeId: subject.customerId, featureId: messages(subject), key: "usage 5" }],
          topups: [{ featureId: messages(subject), suppressedUntil: endsAt }],
        },
      }));
    const [first, second] = await Promise.all([count(1), count(2.5)]);
    expect(first).toEqual({ used: [], ends: [], fired: null, suppressed: null });
    expect(second).toMatchObject({ used: [1], ends: [endsAt], suppressed: endsAt });
    const third = await decided((subject) => ({ answer: seen(subject) }));
    expect(third).toEqual({
      used: [2.5],
      ends: [endsAt],
      fired: expect.any(Date),
      suppressed: endsAt,
    });
  });

  it("are not read for customers without controls", async () => {
    await customer({ messages: 10 });
    await decided((subject) => ({
      answer: null,
      effects: { ...nothing, windows: [windowOf(subject, 1)] },
    }));
    const seen = await decided((subject) => ({ answer: subject.windowsOf(messages(subject)) }));
    expect(seen).toEqual([]);
  });
});

describe("locks", () => {
  const hold = (key: string) =>
    decided((subject) => {
      if (subject.lockKeyTaken) return { answer: "taken" };
      return { answer: "held", effects: holding(subject, key) };
    }, key);
  const close = (key: string) =>
    decided((subject) => {
      const { lock, now } = subject;
      if (lock === null) return { answer: null };
      const closed = { ...lock, status: LockStatus.released, closedAt: now };
      return { answer: lock, effects: { ...nothing, locks: [closed] } };
    }, key);

  it("are read back as they were written, and free their key when closed", async () => {
    await customer({ messages: 10 });
    expect(await hold("one")).toBe("held");
    expect(await hold("one")).toBe("taken");
    expect(await close("one")).toMatchObject({
      key: "one",
      parts: [{ amount: quantity(0.5), units: quantity(5) }],
      properties: { note: 'a "quoted", {braced} text \\' },
      expiresAt: endsAt,
      createdAt: startsAt,
    });
    expect(await close("one")).toBeNull();
    expect(await hold("one")).toBe("held");
  });

  it("are made, closed and made again in one batch", async () => {
    await customer({ messages: 10 });
    const steps = [hold("two"), hold("two"), close("two"), hold("two")];
    expect(await Promise.all(steps)).toMatchObject(["held", "taken", { key: "two" }, "held"]);
    const rows = await db().query<{ status: number }>(sql`
      SELECT status FROM lock WHERE env_id = ${desk.tenant.envId} AND lock_key = 'two' ORDER BY 1`);
    expect(rows.map(({ status }) => status)).toEqual([LockStatus.held, LockStatus.released]);
  });

  it("of two customers at once by one name: one holds it, the other sees that", async () => {
    const first = await customer({ messages: 10 });
    const second = await customer({ messages: 10 });
    const answers = await Promise.all(
      [first, second].map((customerId) => {
        desk.customer_id = customerId;
        return hold("shared");
      }),
    );
    expect(answers.sort()).toEqual(["held", "taken"]);
  });
});

describe("rollups", () => {
  const sums = async () => {
    const [row] = await db().query<{ own: string; count: bigint; env: string }>(sql`
      SELECT (SELECT sum(u.tracked) FROM usage_rollup u WHERE u.customer_id = c.id)::float8 AS own,
        (SELECT sum(u.count) FROM usage_rollup u WHERE u.customer_id = c.id)::bigint AS count,
        (SELECT sum(u.tracked) FROM usage_rollup_env u
         WHERE u.env_id = c.env_id AND u.bucket_at = '2026-10-01T10:15:00Z')::float8 AS env
      FROM customer c
      WHERE c.env_id = ${desk.tenant.envId} AND c.external_id = ${desk.customer_id}`);
    return row;
  };

  it("hold every event of many batches by the quarter in which it occurred", async () => {
    await customer({ messages: 5 });
    const timestamp = Date.parse("2026-10-01T10:29:59.999Z");
    await Promise.all(Array.from({ length: 40 }, () => track({ value: 0.5, timestamp })));
    expect(await sums()).toEqual({ own: 20, count: 40n, env: 20 });
  });
});

describe("writeEffects", () => {
  it("writes the same behind a gate that a transaction holds", async () => {
    const name = await customer({ messages: 10 });
    const ctx = testCtx(desk.tenant);
    const customerId = await decided((subject) => ({ answer: subject.customerId }));
    const featureId = await decided((subject) => ({ answer: messages(subject) }));
    const { before, after } = await inPlainTransaction(ctx, async (inner) => {
      const gate = (await gateCustomers(inner, [customerId])).get(customerId);
      if (gate === undefined) throw new Error("no gate");
      await writeEffects(inner, gate, {
        changes: [],
        events: [
          {
            id: newId(),
            featureId,
            entityId: null,
            eventName: "a,b",
            occurredAt: ctx.now,
            value: quantity(3),
            parts: [],
            properties: null,
          },
        ],
        outbox: [{ type: "balances.test", customerId, payload: { name } }],
      });
      const moved = (await gateCustomers(inner, [customerId])).get(customerId);
      return { before: gate.seq, after: moved?.seq ?? 0n };
    });
    expect(after).toBeGreaterThan(before);
    const [row] = await db().query<{ events: number; told: number; rolled: number }>(sql`
      SELECT (SELECT count(*)::int FROM meter_event WHERE customer_id = ${customerId}::uuid) AS events,
        (SELECT count(*)::int FROM outbox WHERE customer_id = ${customerId}::uuid) AS told,
        (SELECT sum(tracked)::int FROM usage_rollup WHERE customer_id = ${customerId}::uuid) AS rolled`);
    expect(row).toEqual({ events: 1, told: 1, rolled: 3 });
  });

  it("opens a grant with the instant at which it was suspended", async () => {
    await customer({ messages: 10 });
    const grant = await decided((subject) => ({
      answer: subject.grantsOf(messages(subject))[0],
    }));
    const customerId = await decided((subject) => ({ answer: subject.customerId }));
    if (grant === undefined) throw new Error("The customer has no messages.");
    const suspended = { ...grant, id: newId(), suspendedAt: startsAt };
    await inPlainTransaction(testCtx(desk.tenant), async (inner) => {
      const gate = (await gateCustomers(inner, [customerId])).get(customerId);
      if (gate === undefined) throw new Error("no gate");
      const opened = { grant: suspended, entries: [openGrant(suspended, inner.now)] };
      await writeEffects(inner, gate, { ...nothing, opened: [opened] });
    });
    const rows = await db().query(sql`
      SELECT suspended_at FROM grants
      WHERE env_id = ${desk.tenant.envId} AND id = ${suspended.id}::uuid`);
    expect(rows).toEqual([{ suspended_at: startsAt }]);
  });
});

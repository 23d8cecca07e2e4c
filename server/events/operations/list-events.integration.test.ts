import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createBalance } from "../../balances/operations/create-balance";
import { track } from "../../balances/operations/track";
import { createEntity } from "../../entities/operations/create-entity";
import { wallNow } from "../../platform/clock";
import type { Tenant } from "../../platform/context";
import { call, type TestOrganization, testOrganization } from "../../testing/ctx";
import { givenCustomer, givenFeature } from "../../testing/factory";
import { featureIds, givenEvents } from "../../testing/given-events";
import { listEvents } from "./list-events";

type Body = Record<string, unknown>;
const list = (tenant: Tenant, body: Body = {}) => call(listEvents, "events.list", tenant, body);

const day = 86_400_000;
const base = Date.UTC(2026, 0, 10);

async function everyPage(tenant: Tenant, body: Body, between?: () => Promise<unknown>) {
  const found: Awaited<ReturnType<typeof list>>["list"] = [];
  let start_cursor = "";
  for (;;) {
    const page = await list(tenant, { ...body, start_cursor });
    found.push(...page.list);
    if (page.next_cursor === null) return found;
    start_cursor = page.next_cursor;
    await between?.();
  }
}

describe("what was tracked", () => {
  let tenant: Tenant;

  beforeAll(async () => {
    tenant = (await testOrganization()).sandbox;
    await givenFeature(tenant, { slug: "messages", events: ["message.sent"] });
    await givenFeature(tenant, { slug: "seats", consumable: false });
    await givenCustomer(tenant, "ana");
    const grant = { customer_id: "ana", feature_id: "messages" };
    await call(createBalance, "balances.create", tenant, { ...grant, included_grant: 4 });
    await call(createBalance, "balances.create", tenant, {
      ...{ ...grant, included_grant: 10 },
      reset: { interval: "month" },
    });
    await call(createEntity, "entities.create", tenant, {
      customer_id: "ana",
      entity_id: "seat-1",
      feature_id: "seats",
    });
  });

  it("is shown with its properties and with what each balance gave", async () => {
    const before = wallNow().getTime();
    const answer = await call(track, "balances.track", tenant, {
      customer_id: "ana",
      event_name: "message.sent",
      value: 12.5,
      properties: { model: "large", nested: { tokens: 3 } },
    });
    const { list: events } = await list(tenant, { customer_id: "ana", feature_id: "messages" });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      feature_id: "messages",
      customer_id: "ana",
      entity_id: null,
      event_name: "message.sent",
      value: 12.5,
      properties: { model: "large", nested: { tokens: 3 } },
      deductions: answer.deductions,
    });
    expect(answer.deductions).toHaveLength(2);
    expect(events[0]?.id).toMatch(/^evt_/);
    expect(events[0]?.timestamp).toBeGreaterThanOrEqual(before);
  });

  it("is narrowed to an entity, with or without its customer", async () => {
    const seat = { entity_id: "seat-1" };
    await call(track, "balances.track", tenant, {
      ...{ customer_id: "ana", feature_id: "messages", value: 2, timestamp: base },
      ...seat,
    });
    const expected = [{ entity_id: "seat-1", value: 2, timestamp: base }];
    expect((await list(tenant, { customer_id: "ana", ...seat })).list).toMatchObject(expected);
    expect((await list(tenant, seat)).list).toMatchObject(expected);
  });

  it("has no deductions when no balance gave anything", async () => {
    await givenCustomer(tenant, "ben");
    await call(track, "balances.track", tenant, { customer_id: "ben", feature_id: "messages" });
    const { list: events } = await list(tenant, { customer_id: "ben" });
    expect(events).toMatchObject([{ value: 1, properties: {}, deductions: [] }]);
  });
});

describe("filters", () => {
  let tenant: Tenant;
  const at = (n: number) => base + n * 1000;

  beforeAll(async () => {
    tenant = (await testOrganization()).sandbox;
    for (const slug of ["a", "b", "c"]) await givenFeature(tenant, { slug });
    const ids = await featureIds(tenant);
    const [x, y] = [await givenCustomer(tenant, "x"), await givenCustomer(tenant, "y")];
    await givenEvents(
      tenant,
      [0, 1, 2, 3, 4, 5].map((n) => ({
        customerId: n % 2 === 0 ? x : y,
        featureId: ids[n % 3 === 0 ? "a" : n % 3 === 1 ? "b" : "c"] ?? 0,
        occurredAt: new Date(at(n)),
        value: String(n),
        properties: { n, kind: n < 3 ? "low" : "high" },
      })),
    );
  });

  const values = async (body: Body) => (await list(tenant, body)).list.map(({ value }) => value);

  it.each([
    [{}, [5, 4, 3, 2, 1, 0]],
    [{ customer_id: "x" }, [4, 2, 0]],
    [{ feature_id: "a" }, [3, 0]],
    [{ feature_id: ["a", "b", "a"] }, [4, 3, 1, 0]],
    [{ feature_id: ["b"], customer_id: "y" }, [1]],
    [{ custom_range: { start: at(1), end: at(4) } }, [3, 2, 1]],
    [{ custom_range: { start: at(4) } }, [5, 4]],
    [{ custom_range: { end: at(1) }, customer_id: "x" }, [0]],
    [{ filter_by: { kind: "high" } }, [5, 4, 3]],
    [{ filter_by: { kind: "high", n: "4" } }, [4]],
    [{ filter_by: { "'; drop": "x" } }, []],
  ])("%j gives %j", async (body, expected) => {
    expect(await values(body)).toEqual(expected);
  });

  it.each([
    [{ customer_id: "nobody" }, "customer_not_found"],
    [{ entity_id: "nobody" }, "entity_not_found"],
    [{ customer_id: "x", entity_id: "nobody" }, "entity_not_found"],
    [{ feature_id: "nothing" }, "feature_not_found"],
    [{ feature_id: ["a", "nothing"] }, "feature_not_found"],
    [{ start_cursor: "made-up" }, "invalid_cursor"],
    [{ custom_range: { start: 5, end: 5 } }, "invalid_inputs"],
  ])("refuses %j with %s", async (body, reason) => {
    await expect(list(tenant, body)).rejects.toMatchObject({ reason });
  });

  it.each([
    { limit: 0 },
    { limit: 5001 },
    { feature_id: [] },
    { customer_id: "x".repeat(10_000) },
    { custom_range: { start: -1 } },
    { custom_range: { start: "yesterday" } },
    { filter_by: Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`p${n}`, "1"])) },
  ])("refuses %j", async (body) => {
    await expect(list(tenant, body as Body)).rejects.toThrow();
  });
});

describe("pages", () => {
  it("cover every event once, also those of one instant, whatever the page size", async () => {
    const tenant = (await testOrganization()).sandbox;
    for (const slug of ["a", "b"]) await givenFeature(tenant, { slug });
    const ids = await featureIds(tenant);
    const customerId = await givenCustomer(tenant, "x");
    await givenEvents(
      tenant,
      Array.from({ length: 60 }, (_, n) => ({
        customerId,
        featureId: ids[n % 2 === 0 ? "a" : "b"] ?? 0,
        occurredAt: new Date(base + Math.floor(n / 7) * 1000),
        value: String(n),
      })),
    );
    const whole = (await list(tenant, { limit: 5000 })).list.map(({ id }) => id);
    expect(whole).toHaveLength(60);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 61 }), fc.boolean(), async (limit, ofOne) => {
        const body = ofOne ? { limit, customer_id: "x" } : { limit };
        expect((await everyPage(tenant, body)).map(({ id }) => id)).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  it("stay in place while events arrive", async () => {
    const tenant = (await testOrganization()).sandbox;
    await givenFeature(tenant, { slug: "a" });
    const { a = 0 } = await featureIds(tenant);
    const customerId = await givenCustomer(tenant, "x");
    const event = (occurredAt: number) => ({
      ...{ customerId, featureId: a },
      occurredAt: new Date(occurredAt),
    });
    await givenEvents(
      tenant,
      Array.from({ length: 25 }, (_, n) => event(base + n)),
    );
    const before = (await list(tenant, { limit: 100 })).list.map(({ id }) => id);
    let arrived = 0;
    const paged = await everyPage(tenant, { limit: 4 }, () => {
      arrived += 1;
      return givenEvents(tenant, [event(base + day + arrived)]);
    });
    expect(paged.map(({ id }) => id)).toEqual(before);
    expect((await list(tenant, { limit: 100 })).list).toHaveLength(25 + arrived);
  });
});

describe("tenants", () => {
  it("never see each other's events, nor those of their other environment", async () => {
    const [own, other]: TestOrganization[] = [await testOrganization(), await testOrganization()];
    if (own === undefined || other === undefined) return;
    for (const tenant of [own.sandbox, own.live, other.sandbox]) {
      await givenFeature(tenant, { slug: "messages" });
      await givenCustomer(tenant, "ana");
    }
    await call(track, "balances.track", other.sandbox, {
      customer_id: "ana",
      feature_id: "messages",
    });
    await call(track, "balances.track", own.live, {
      ...{ customer_id: "ana", feature_id: "messages", value: 2 },
    });
    for (const body of [{}, { customer_id: "ana" }, { feature_id: "messages" }]) {
      expect((await list(own.sandbox, body)).list).toEqual([]);
      expect((await list(own.live, body)).list).toMatchObject([{ value: 2 }]);
    }
    await givenCustomer(other.sandbox, "theirs");
    await expect(list(own.sandbox, { customer_id: "theirs" })).rejects.toMatchObject({
      reason: "customer_not_found",
    });
  });
});

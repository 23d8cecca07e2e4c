import { beforeAll, describe, expect, it } from "vitest";
import { check } from "../balances/operations/check";
import { track } from "../balances/operations/track";
import { createFeature } from "../catalog/operations/create-feature";
import { createPlan } from "../catalog/operations/create-plan";
import { getOrCreateCustomer } from "../customers/operations/get-or-create-customer";
import { call, type TestOrganization, testCtx, testOrganization } from "../testing/ctx";
import { firstSteps } from "./first-steps";

const DAY_MS = 86_400_000;

describe("firstSteps", () => {
  let org: TestOrganization;
  beforeAll(async () => {
    org = await testOrganization();
  });
  const steps = () => {
    const ctx = testCtx(org.sandbox);
    return firstSteps(ctx, new Date(ctx.now.getTime() - DAY_MS));
  };

  it("is empty in a new environment", async () => {
    expect(await steps()).toEqual({
      features: 0,
      plans: 0,
      customers: 0,
      events: 0,
      lastEventAt: null,
      firstCheckAt: null,
    });
  });

  it("ticks each step when it has happened, and the first check only once", async () => {
    await call(createFeature, "features.create", org.sandbox, {
      feature_id: "messages",
      name: "Messages",
      type: "metered",
    });
    await call(createPlan, "plans.create", org.sandbox, {
      plan_id: "free",
      name: "Free",
      auto_enable: true,
      items: [{ feature_id: "messages", included: 100 }],
    });
    await call(getOrCreateCustomer, "customers.get_or_create", org.sandbox, { customer_id: "ana" });
    expect(await steps()).toMatchObject({ features: 1, plans: 1, customers: 1, events: 0 });

    const usage = { customer_id: "ana", feature_id: "messages" };
    await call(track, "balances.track", org.sandbox, { ...usage, value: 3 });
    const tracked = await steps();
    expect(tracked).toMatchObject({ events: 1, firstCheckAt: null });
    expect(tracked.lastEventAt).toBeInstanceOf(Date);

    await call(check, "balances.check", org.sandbox, usage);
    const { firstCheckAt } = await steps();
    expect(firstCheckAt).toBeInstanceOf(Date);
    await call(check, "balances.check", org.sandbox, usage);
    expect((await steps()).firstCheckAt).toEqual(firstCheckAt);
  });

  it("counts nothing of the other environment", async () => {
    const ctx = testCtx(org.live);
    expect(await firstSteps(ctx, new Date(0))).toMatchObject({ features: 0, customers: 0 });
  });
});

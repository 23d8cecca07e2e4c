import { beforeEach, describe, expect, it } from "vitest";
import { createBalance } from "../balances/operations/create-balance";
import { track } from "../balances/operations/track";
import { wallNow } from "../platform/clock";
import type { Tenant } from "../platform/context";
import { db } from "../platform/db";
import { log } from "../platform/log";
import { sql } from "../platform/sql";
import { call, testOrganization } from "../testing/ctx";
import { givenCustomer, givenFeature } from "../testing/factory";
import { reconcileUsage } from "./reconcile-usage";

let tenant: Tenant;
let customerId: string;

beforeEach(async () => {
  tenant = (await testOrganization()).sandbox;
  await givenFeature(tenant, { slug: "messages" });
  customerId = await givenCustomer(tenant, "ana");
  const use = { customer_id: "ana", feature_id: "messages" };
  await call(createBalance, "balances.create", tenant, { ...use, included_grant: 100 });
  const timestamp = wallNow().getTime() - 3_600_000;
  for (const value of [5, 2.5]) {
    await call(track, "balances.track", tenant, { ...use, value, timestamp });
  }
});

const ofTenant = async () =>
  (await reconcileUsage(db(), log)).filter(({ envId }) => envId === tenant.envId);

describe("the sums of usage", () => {
  it("agree with the events that were tracked", async () => {
    expect(await ofTenant()).toEqual([]);
  });

  it("that differ are reported with both numbers, and stay as they are", async () => {
    await db().query(sql`
      UPDATE usage_rollup_env SET tracked = tracked + 1 WHERE env_id = ${tenant.envId}`);
    await db().query(sql`
      DELETE FROM usage_rollup WHERE env_id = ${tenant.envId} AND customer_id = ${customerId}::uuid`);
    const found = await ofTenant();
    const events = { count: 2, tracked: "7.5" };
    expect(found).toMatchObject([
      { customerId: null, events, stored: { count: 2, tracked: "8.5" } },
      { customerId, events, stored: { count: 0, tracked: "0" } },
    ]);
    expect(await ofTenant()).toEqual(found);
  });
});

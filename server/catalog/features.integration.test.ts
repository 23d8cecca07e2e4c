import { beforeAll, describe, expect, it } from "vitest";
import { WindfallError } from "../core/error";
import { getOrCreateCustomer } from "../customers/operations/get-or-create-customer";
import type { Tenant } from "../platform/context";
import { db } from "../platform/db";
import { sql } from "../platform/sql";
import { call, type TestOrganization, testOrganization } from "../testing/ctx";
import { sampleFeatures, samplePlan } from "../testing/sample-catalog";
import { createFeature } from "./operations/create-feature";
import { deleteFeature } from "./operations/delete-feature";
import { getFeature } from "./operations/get-feature";
import { listFeatures } from "./operations/list-features";
import { updateFeature } from "./operations/update-feature";

let org: TestOrganization;
let here: Tenant;

beforeAll(async () => {
  org = await testOrganization();
  here = org.sandbox;
});

type Body = Record<string, unknown>;
const create = (body: Body, tenant = here, key?: string) =>
  call(createFeature, "features.create", tenant, body as never, key === undefined ? {} : { key });
const update = (body: Body, tenant = here) =>
  call(updateFeature, "features.update", tenant, body as never);
const remove = (feature_id: string, tenant = here) =>
  call(deleteFeature, "features.delete", tenant, { feature_id });
const get = (feature_id: string, tenant = here) =>
  call(getFeature, "features.get", tenant, { feature_id });

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof WindfallError ? error.reason : String(error);
}

async function catalogVersion(tenant = here): Promise<number | undefined> {
  const [row] = await db().query<{ catalog_version: number }>(
    sql`SELECT catalog_version FROM environment WHERE id = ${tenant.envId}`,
  );
  return row?.catalog_version;
}

describe("features.create", () => {
  it.each([
    [{ type: "boolean" }, { type: "boolean", consumable: false }],
    [{ type: "metered" }, { type: "metered", consumable: true }],
    [
      { type: "metered", consumable: false },
      { type: "metered", consumable: false },
    ],
    [{ type: "single_use" }, { type: "metered", consumable: true }],
    [{ type: "continuous_use" }, { type: "metered", consumable: false }],
    [{ type: "feature_flag" }, { type: "boolean", consumable: false }],
    [{ type: "seat" }, { type: "metered", consumable: false }],
  ])("reads the type %j", async (given, expected) => {
    const feature_id = `type-${Object.values(given).join("-")}`;
    const created = await create({ feature_id, name: "Some feature", ...given });
    expect(created).toMatchObject({ id: feature_id, archived: false, ...expected });
    expect(await get(feature_id)).toEqual(created);
  });
});

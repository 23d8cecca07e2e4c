import type { z } from "zod";
import { attach } from "../billing/operations/attach";
import { createFeature } from "../catalog/operations/create-feature";
import { createPlan } from "../catalog/operations/create-plan";
import { deleteFeature } from "../catalog/operations/delete-feature";
import { deletePlan } from "../catalog/operations/delete-plan";
import { getFeature } from "../catalog/operations/get-feature";
import { getPlan } from "../catalog/operations/get-plan";
import { listFeatures } from "../catalog/operations/list-features";
import { listPlans } from "../catalog/operations/list-plans";
import { updateFeature } from "../catalog/operations/update-feature";
import { updatePlan } from "../catalog/operations/update-plan";
import { getOrCreateCustomer } from "../customers/operations/get-or-create-customer";
import type { Tenant } from "../platform/context";
import { db } from "../platform/db";
import type { Operation } from "../platform/operation";
import { sql } from "../platform/sql";
import { call } from "./ctx";
import type { Samples } from "./sample-catalog";

/** A body as anybody might send it, right or wrong. */
export type Body = Record<string, unknown>;

interface SendOptions {
  readonly tenant?: Tenant;
  readonly key?: string;
}

/** The operations of the catalog, callable with any body in the sandbox of the test. */
export function catalogCalls(samples: Samples) {
  const send =
    <Input extends z.ZodType, Output extends z.ZodType>(
      operation: Operation<Input, Output>,
      name: string,
    ) =>
    (body: Body = {}, { tenant, key }: SendOptions = {}): Promise<z.output<Output>> =>
      call(
        operation,
        name,
        tenant ?? samples.tenant,
        body as z.input<Input> & Body,
        key === undefined ? {} : { key },
      );
  const features = {
    create: send(createFeature, "features.create"),
    get: send(getFeature, "features.get"),
    list: send(listFeatures, "features.list"),
    update: send(updateFeature, "features.update"),
    delete: send(deleteFeature, "features.delete"),
  };
  const plans = {
    create: send(createPlan, "plans.create"),
    get: send(getPlan, "plans.get"),
    list: send(listPlans, "plans.list"),
    update: send(updatePlan, "plans.update"),
    delete: send(deletePlan, "plans.delete"),
  };
  return {
    features: {
      ...features,
      get: (feature_id: string, options?: SendOptions) => features.get({ feature_id }, options),
      update: (feature_id: string, change: Body, options?: SendOptions) =>
        features.update({ feature_id, ...change }, options),
      delete: (feature_id: string, options?: SendOptions) =>
        features.delete({ feature_id }, options),
    },
    plans: {
      ...plans,
      get: (plan_id: string, version: number | null = null, options?: SendOptions) =>
        plans.get({ plan_id, version }, options),
      update: (plan_id: string, change: Body, options?: SendOptions) =>
        plans.update({ plan_id, ...change }, options),
      delete: (plan_id: string, more: Body = {}, options?: SendOptions) =>
        plans.delete({ plan_id, ...more }, options),
    },
    /** Puts a customer on a plan. */
    hold: async (plan_id: string, customer_id = "ann", entity_id: string | null = null) => {
      await call(getOrCreateCustomer, "customers.get_or_create", samples.tenant, { customer_id });
      await call(attach, "billing.attach", samples.tenant, {
        customer_id,
        plan_id,
        ...(entity_id === null ? {} : { entity_id }),
      });
    },
  };
}

/** The number that every catalog write counts up. */
export async function catalogVersion(tenant: Tenant): Promise<number> {
  const [row] = await db().query<{ catalog_version: number }>(
    sql`SELECT catalog_version FROM environment WHERE id = ${tenant.envId}`,
  );
  return row?.catalog_version ?? 0;
}

/** What the audit log of a tenant says of one kind of target, oldest first. */
export async function auditTrail(
  tenant: Tenant,
  targetType: string,
): Promise<{ action: string; before: Body | null; after: Body | null }[]> {
  return db().query(sql`
    SELECT action, before, after FROM audit_entry
    WHERE env_id = ${tenant.envId} AND target_type = ${targetType} ORDER BY created_at, id`);
}

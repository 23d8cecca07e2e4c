import type { z } from "zod";
import { operations } from "../../api/operations";
import { WindfallError } from "../../core/error";
import type { Tenant } from "../../platform/context";
import { db } from "../../platform/db";
import type { Operation } from "../../platform/operation";
import { sql } from "../../platform/sql";
import { call } from "../ctx";
import { brokenInvariants } from "../ledger-invariants";
import type { RolloverRule } from "./account";
import { features, plans, type ShopPlan } from "./shop";

export type Body = Record<string, unknown>;
export type Answer = { readonly answer: Body } | { readonly refused: string };

/** The product itself, reached as a caller of the API reaches it: by an operation's name. */
export class Product {
  constructor(private readonly tenant: Tenant) {}

  /** What an operation answers, or the reason of its refusal; other errors are not caught. */
  async ask(name: string, body: Body, key: string | null = null): Promise<Answer> {
    const [noun = "", verb = ""] = name.split(".");
    const tree = operations as unknown as Record<
      string,
      Record<string, Operation<z.ZodType, z.ZodType>>
    >;
    const operation = tree[noun]?.[verb];
    if (operation === undefined) throw new Error(`There is no operation ${name}.`);
    try {
      const options = key === null ? {} : { key };
      return { answer: (await call(operation, name, this.tenant, body, options)) as Body };
    } catch (error) {
      if (error instanceof WindfallError && error.kind !== "internal") {
        return { refused: error.reason };
      }
      throw new Error(`${name} failed: ${JSON.stringify(body)}`, { cause: error });
    }
  }

  private async must(name: string, body: Body): Promise<void> {
    const outcome = await this.ask(name, body);
    if ("refused" in outcome) throw new Error(`${name} was refused: ${outcome.refused}`);
  }

  /** Makes the shop's catalog. */
  async openShop(): Promise<void> {
    for (const feature of features) {
      await this.must("features.create", {
        feature_id: feature.id,
        name: feature.id,
        type: feature.kind === "credits" ? "credit_system" : "metered",
        ...(feature.kind === "credits"
          ? {
              credit_schema: Object.entries(feature.costs ?? {}).map(([member, cost]) => ({
                metered_feature_id: member,
                credit_cost: cost,
              })),
            }
          : { consumable: feature.kind === "used" }),
        ...(feature.events === undefined ? {} : { event_names: feature.events }),
      });
    }
    for (const plan of plans) await this.must("plans.create", planBody(plan));
  }

  async openCustomer(id: string): Promise<void> {
    await this.must("customers.get_or_create", { customer_id: id });
  }

  /** Stored events of a customer, by feature: how many, and the sum of their values. */
  async events(id: string): Promise<{ feature: string; count: number; value: string }[]> {
    return db().query(sql`
      SELECT f.slug AS feature, count(*)::int AS count, sum(e.value)::text AS value
      FROM meter_event e JOIN customer c ON c.id = e.customer_id
        JOIN feature f ON f.env_id = e.env_id AND f.id = e.feature_id
      WHERE c.env_id = ${this.tenant.envId} AND c.external_id = ${id} GROUP BY f.slug`);
  }

  brokenInvariants(): Promise<string[]> {
    return brokenInvariants(db());
  }
}

function planBody(plan: ShopPlan): Body {
  return {
    plan_id: plan.id,
    name: plan.id,
    add_on: plan.addOn,
    items: plan.items.map((item) => ({
      feature_id: item.feature,
      ...(item.unlimited === true ? { unlimited: true } : { included: item.included ?? 0 }),
      ...(item.step === undefined
        ? {}
        : { reset: { interval: item.step.unit, interval_count: item.step.count } }),
      ...(item.rollover === undefined ? {} : { rollover: rolloverBody(item.rollover) }),
    })),
  };
}

function rolloverBody({ max, maxPercentage, months }: RolloverRule): Body {
  return {
    ...(max === null ? {} : { max }),
    ...(maxPercentage === null ? {} : { max_percentage: maxPercentage }),
    expiry_duration_type: months === null ? "forever" : "month",
    ...(months === null ? {} : { expiry_duration_length: months }),
  };
}

import { z } from "zod";
import type { ReadCtx } from "../platform/context";
import { empty, join, type Sql, sql } from "../platform/sql";

/** The fields by which a list of customers or entities is narrowed to those on certain plans. */
export const subscriptionFilterInput = {
  plans: z
    .array(
      z.object({
        id: z.string().min(1).max(256),
        versions: z.array(z.int().min(1)).max(100).nullish(),
      }),
    )
    .max(100)
    .nullish()
    .describe("Only those on one of these plans, or on certain versions of one."),
  subscription_status: z
    .enum(["active", "scheduled"])
    .nullish()
    .describe("Only those with a plan in this state."),
};

interface SubscriptionFilter {
  readonly plans: readonly { readonly slug: string; readonly versions: readonly number[] }[];
  readonly status: "active" | "scheduled" | null;
}

const fields = z.object(subscriptionFilterInput);

const statusesOf = {
  active: ["active", "past_due"],
  scheduled: ["scheduled"],
  any: ["active", "past_due", "scheduled"],
};

/** The filter that a request asks for. */
export function toSubscriptionFilter(input: z.output<typeof fields>): SubscriptionFilter {
  return {
    plans: (input.plans ?? []).map(({ id, versions }) => ({ slug: id, versions: versions ?? [] })),
    status: input.subscription_status ?? null,
  };
}

/**
 * A condition of a list: somebody holds such a subscription. `owner` joins the subscription `s` to
 * the row that is listed.
 */
export function holdsSubscription(ctx: ReadCtx, owner: Sql, filter: SubscriptionFilter): Sql {
  if (filter.plans.length === 0 && filter.status === null) return empty;
  const plans = filter.plans.map(({ slug, versions }) =>
    versions.length === 0
      ? sql`p.slug = ${slug}`
      : sql`(p.slug = ${slug} AND v.version = ANY(${versions}::int[]))`,
  );
  return sql`AND EXISTS (SELECT 1 FROM subscription s
    JOIN plan p ON p.env_id = s.env_id AND p.id = s.plan_id
    JOIN plan_version v ON v.env_id = s.env_id AND v.id = s.plan_version_id
    WHERE s.env_id = ${ctx.tenant.envId} AND ${owner}
      AND s.status = ANY(${statusesOf[filter.status ?? "any"]}::text[])
      ${plans.length === 0 ? empty : sql`AND (${join(plans, " OR ")})`})`;
}

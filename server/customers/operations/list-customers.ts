import { z } from "zod";
import { expireLocks } from "../../balances/expire-locks";
import { CustomerOutput, viewCustomers } from "../../billing/customer-view";
import {
  holdsSubscription,
  subscriptionFilterInput,
  toSubscriptionFilter,
} from "../../billing/subscription-filter";
import { currentCatalog } from "../../catalog/load-catalog";
import { operation } from "../../platform/operation";
import { decodeCursor, nextCursorOutput, pageInput, pageOf } from "../../platform/pagination";
import { sql } from "../../platform/sql";
import { instant, notSupported } from "../../platform/wire";
import { listCustomerPage } from "../rows";

const Cursor = z.tuple([z.int(), z.uuid()]);

const ListCustomersInput = z.object({
  ...pageInput,
  limit: z.int().min(1).max(5000).default(50).describe("Rows per page, at most 5000."),
  ...subscriptionFilterInput,
  search: z.string().max(256).nullish().describe("Part of an id, a name or an e-mail address."),
  processors: notSupported("processors", []),
  sort_order: z.enum(["asc", "desc"]).nullish().describe("By time of creation; desc by default."),
  created_at_range: z
    .object({ start: instant.nullish(), end: instant.nullish() })
    .nullish()
    .describe("Unix milliseconds, both ends included."),
});

/** Customers, newest first, narrowed by text, plan, state or time of creation. */
export const listCustomers = operation(
  {
    kind: "query",
    scope: "customers:read",
    summary: "List customers",
    input: ListCustomersInput,
    output: z.object({ list: z.array(CustomerOutput), next_cursor: nextCursorOutput }),
    aliases: { starting_after: "start_cursor" },
    errors: ["invalid_cursor"],
    example: { limit: 50, search: "ana" },
  },
  async (ctx, input) => {
    const after = decodeCursor(input.start_cursor, Cursor);
    const catalog = await currentCatalog(ctx);
    const rows = await listCustomerPage(ctx, {
      after: after === null ? null : { createdAt: new Date(after[0]), id: after[1] },
      limit: input.limit,
      ascending: input.sort_order === "asc",
      search: input.search?.trim() || null,
      createdFrom: input.created_at_range?.start ?? null,
      createdTo: input.created_at_range?.end ?? null,
      also: holdsSubscription(ctx, sql`s.customer_id = c.id`, toSubscriptionFilter(input)),
    });
    const page = pageOf(rows, input.limit, (row) => [row.createdAt.getTime(), row.id]);
    await expireLocks(ctx, { customerIds: page.rows.map(({ id }) => id) });
    return {
      list: await viewCustomers(ctx, catalog, page.rows),
      next_cursor: page.nextCursor,
    };
  },
);

import { z } from "zod";
import { expireLocks } from "../../balances/expire-locks";
import { EntityOutput, viewEntities } from "../../billing/entity-view";
import {
  holdsSubscription,
  subscriptionFilterInput,
  toSubscriptionFilter,
} from "../../billing/subscription-filter";
import { currentCatalog } from "../../catalog/load-catalog";
import { customerReference } from "../../customers/customer-schema";
import { requireCustomer } from "../../customers/rows";
import { operation } from "../../platform/operation";
import { decodeCursor, nextCursorOutput, pageInput, pageOf } from "../../platform/pagination";
import { sql } from "../../platform/sql";
import { notSupported } from "../../platform/wire";
import { listEntityPage } from "../rows";

const Cursor = z.tuple([z.int(), z.uuid()]);

const ListEntitiesInput = z.object({
  ...pageInput,
  limit: z.int().min(1).max(5000).default(50).describe("Rows per page, at most 5000."),
  customer_id: customerReference.nullish().describe("Only the entities of this customer."),
  ...subscriptionFilterInput,
  search: z.string().max(256).nullish().describe("Part of an id or a name."),
  processors: notSupported("processors", []),
});

/** Entities, newest first, of one customer or of all. */
export const listEntities = operation(
  {
    kind: "query",
    scope: "customers:read",
    summary: "List entities",
    input: ListEntitiesInput,
    output: z.object({ list: z.array(EntityOutput), next_cursor: nextCursorOutput }),
    aliases: { starting_after: "start_cursor" },
    errors: ["customer_not_found", "invalid_cursor"],
    example: { customer_id: "user_123" },
  },
  async (ctx, input) => {
    const after = decodeCursor(input.start_cursor, Cursor);
    const catalog = await currentCatalog(ctx);
    const customer = input.customer_id ? await requireCustomer(ctx, input.customer_id) : null;
    const holder = sql`s.customer_id = e.customer_id AND (s.entity_id IS NULL OR s.entity_id = e.id)`;
    const rows = await listEntityPage(ctx, {
      after: after === null ? null : { createdAt: new Date(after[0]), id: after[1] },
      limit: input.limit,
      customerId: customer?.id ?? null,
      search: input.search?.trim() || null,
      also: holdsSubscription(ctx, holder, toSubscriptionFilter(input)),
    });
    const page = pageOf(rows, input.limit, (row) => [row.createdAt.getTime(), row.id]);
    const customerIds = [...new Set(page.rows.map((row) => row.customerId))];
    await expireLocks(ctx, { customerIds });
    return { list: await viewEntities(ctx, catalog, page.rows), next_cursor: page.nextCursor };
  },
);

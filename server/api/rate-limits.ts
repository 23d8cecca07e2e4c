import type { RateLimit } from "./rate-limit";

const SECOND = 1000;
const DECISION: RateGroup = { name: "check", limit: 10_000, windowMs: SECOND, per: "customer" };
const USAGE: RateGroup = { name: "track", limit: 10_000, windowMs: SECOND, per: "customer" };
const BATCHES: RateGroup = { name: "batch_track", limit: 10, windowMs: SECOND, per: "key" };
const ATTACH: RateGroup = { name: "attach", limit: 30, windowMs: 60 * SECOND, per: "customer" };
const EVENTS: RateGroup = { name: "events", limit: 5, windowMs: SECOND, per: "customer" };
const LIST: RateGroup = { name: "list", limit: 50, windowMs: SECOND, per: "key" };
const ENTITY: RateGroup = { name: "entities.get", limit: 50, windowMs: SECOND, per: "customer" };
const OTHER: RateGroup = { name: "other", limit: 25, windowMs: SECOND, per: "key" };

/** A limit shared by the operations of a group, per key or per key and customer. */
export interface RateGroup extends RateLimit {
  readonly name: string;
  readonly per: "key" | "customer";
}

const GROUPS: Readonly<Record<string, RateGroup | null>> = {
  "balances.check": DECISION,
  "customers.get": DECISION,
  "customers.get_or_create": DECISION,
  "balances.track": USAGE,
  "balances.track_tokens": USAGE,
  "balances.batch_track": BATCHES,
  "balances.update": USAGE,
  "billing.attach": ATTACH,
  "billing.preview_attach": null,
  "events.list": EVENTS,
  "events.aggregate": EVENTS,
  "customers.list": LIST,
  "entities.list": LIST,
  "entities.get": ENTITY,
};

/** The limits of the contract (`null`: none). Operations not named share one. */
export function rateGroupOf(operationName: string): RateGroup | null {
  const group = GROUPS[operationName];
  return group === undefined ? OTHER : group;
}

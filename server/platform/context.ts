import type { Db, Tx } from "./db";
import type { IdempotencyRequest } from "./idempotency";
import type { Logger } from "./log";
import type { Scope } from "./scope";

/** Where a request belongs. Every query on a tenant's table names `envId` (or a customer of it). */
export interface Tenant {
  readonly orgId: number;
  readonly envId: number;
  readonly envSlug: string;
  /** `live` never runs the sandbox payment provider and never deletes history. */
  readonly envKind: "live" | "sandbox";
}

/** Who acts: recorded with every edit and every audit row. */
interface Actor {
  readonly kind: "api_key" | "user" | "system";
  /** The row id of the key or user; the job's name for `system`. */
  readonly id: string;
  /** What people read: an e-mail address or a key's name. */
  readonly label: string;
}

/** Who calls, as a transport found out from a key or a session. */
export interface Caller {
  readonly tenant: Tenant;
  readonly actor: Actor;
  readonly scopes: ReadonlySet<Scope>;
  /** A publishable key: only the operations marked so, and only as queries. */
  readonly publishable: boolean;
}

/** Everything an operation may know about its call. */
export interface Ctx {
  readonly tenant: Tenant;
  readonly actor: Actor;
  readonly scopes: ReadonlySet<Scope>;
  /** Business time, fixed once per request. */
  readonly now: Date;
  /**
   * Set only where history is written after the fact, as the demo's is: usage is then stored as of
   * this instant instead of the wall time of its write.
   */
  readonly storedAt?: Date;
  readonly requestId: string;
  /** `null` when the caller sent no idempotency key. */
  readonly idempotency: IdempotencyRequest | null;
  readonly db: Db;
  readonly log: Logger;
}

/** The context inside a transaction: its `db` is the one connection that must commit together. */
export type TxCtx = Omit<Ctx, "db"> & { readonly db: Tx };

/** For readers that work both inside and outside a transaction. */
export type ReadCtx = Omit<Ctx, "db"> & { readonly db: Db | Tx };

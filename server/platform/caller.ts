import type { Actor, Tenant } from "./context";
import type { Scope } from "./scope";

/** Who calls, as a transport found out from a key or a session. */
export interface Caller {
  readonly tenant: Tenant;
  readonly actor: Actor;
  readonly scopes: ReadonlySet<Scope>;
  /** A publishable key: only the operations marked so, and only as queries. */
  readonly publishable: boolean;
}

import type { Membership, SignedIn } from "../auth/session";
import { WindfallError } from "../core/error";
import { wallNow } from "../platform/clock";
import type { Caller, Ctx } from "../platform/context";
import type { Db } from "../platform/db";
import type { Logger } from "../platform/log";

/** What a tRPC procedure knows: who is signed in, and which organization and environment is open. */
export interface DashboardContext {
  readonly requestId: string;
  readonly signedIn: SignedIn | null;
  /** Resolved from the page's organization and environment by membership; never from trust. */
  readonly membership: Membership | null;
  /** The network address of the browser, for throttling; `null` where it cannot be known. */
  readonly address: string | null;
  readonly db: Db;
  readonly log: Logger;
}

/**
 * The person behind the request.
 *
 * @throws `unauthenticated/not_signed_in`
 */
export function signedInOf(ctx: DashboardContext): SignedIn {
  if (ctx.signedIn !== null) return ctx.signedIn;
  throw new WindfallError("unauthenticated", "not_signed_in", "Sign in to go on.");
}

/**
 * The person's place in the organization that the page shows.
 *
 * @throws `unauthenticated/not_signed_in`; `not_found/organization_not_found` for strangers and for
 * organizations that do not exist alike.
 */
export function membershipOf(ctx: DashboardContext): Membership {
  signedInOf(ctx);
  if (ctx.membership !== null) return ctx.membership;
  throw new WindfallError(
    "not_found",
    "organization_not_found",
    "There is no such organization or environment for you.",
  );
}

/** The caller behind a session, with the rights of their role; refuses as `membershipOf`. */
export function callerIn(ctx: DashboardContext): Caller {
  return membershipOf(ctx).caller;
}

/** The context that operations and root steps take, for a procedure that is not an operation. */
export function callContext(ctx: DashboardContext, caller: Caller): Ctx {
  return {
    tenant: caller.tenant,
    actor: caller.actor,
    scopes: caller.scopes,
    now: wallNow(),
    requestId: ctx.requestId,
    idempotency: null,
    db: ctx.db,
    log: ctx.log,
  };
}

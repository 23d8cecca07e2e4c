import { initTRPC, TRPCError } from "@trpc/server";
import superjson from "superjson";
import { toWindfallError } from "../api/errors";
import { requireScope } from "../api/run";
import type { ErrorKind } from "../core/error";
import type { Scope } from "../platform/scope";
import { callContext, type DashboardContext, membershipOf, signedInOf } from "./context";

const CODES: Record<ErrorKind, TRPCError["code"]> = {
  invalid_request: "BAD_REQUEST",
  unauthenticated: "UNAUTHORIZED",
  payment_failed: "PAYMENT_REQUIRED",
  forbidden: "FORBIDDEN",
  not_found: "NOT_FOUND",
  conflict: "CONFLICT",
  gone: "NOT_FOUND",
  too_large: "PAYLOAD_TOO_LARGE",
  locked: "CONFLICT",
  rate_limited: "TOO_MANY_REQUESTS",
  internal: "INTERNAL_SERVER_ERROR",
  provider_unavailable: "SERVICE_UNAVAILABLE",
};

/**
 * Who may call a procedure: a right in the open organization, anyone signed in, or everyone. Every
 * procedure states it, so that one test can prove all refusals.
 */
export interface ProcedureMeta {
  readonly access: Scope | "signed-in" | "everyone";
}

const t = initTRPC
  .context<DashboardContext>()
  .meta<ProcedureMeta>()
  .create({
    transformer: superjson,
    // The message of an unexpected error stays in the log; the browser sees ours, with its request id.
    errorFormatter: ({ shape, error, ctx }) => {
      const refusal = toWindfallError(error.cause ?? error);
      return {
        ...shape,
        message: refusal.message,
        data: {
          code: shape.data.code,
          httpStatus: shape.data.httpStatus,
          reason: refusal.reason,
          requestId: ctx?.requestId ?? null,
        },
      };
    },
  });

export const { router, createCallerFactory } = t;

const procedure = t.procedure.use(async ({ next, ctx }) => {
  const result = await next();
  if (result.ok) return result;
  const cause = result.error.cause ?? result.error;
  const refusal = toWindfallError(cause);
  if (refusal.kind === "internal") {
    ctx.log.error({ err: cause, request_id: ctx.requestId }, "procedure failed");
  }
  throw new TRPCError({ code: CODES[refusal.kind], message: refusal.message, cause: refusal });
});

/** For operations of the tree, which check their scope themselves in `runOperation`. */
export const operationProcedure = (scope: Scope) => procedure.meta({ access: scope });

/** A procedure for callers with one right in the page's organization. */
export const scoped = (scope: Scope) =>
  procedure.meta({ access: scope }).use(({ ctx, next }) => {
    const membership = membershipOf(ctx);
    requireScope(membership.caller, scope);
    return next({ ctx: { ...ctx, membership, call: callContext(ctx, membership.caller) } });
  });

/** A procedure for everyone who is signed in, whatever organization is open. */
export const signedInProcedure = procedure
  .meta({ access: "signed-in" })
  .use(({ ctx, next }) => next({ ctx: { ...ctx, signedIn: signedInOf(ctx) } }));

/** A procedure for everyone, as for the first run and for invitations, which bring their own proof. */
export const openProcedure = procedure.meta({ access: "everyone" });

import { currentSignedIn } from "../auth/current-session";
import { findMembership } from "../auth/session";
import { addressOf } from "../auth/throttle";
import { db } from "../platform/db";
import { newId } from "../platform/id";
import { log } from "../platform/log";
import type { DashboardContext } from "./context";

/** Finds out who asks, and where: the headers only name a place, membership decides. */
export async function requestContext(request: Request): Promise<DashboardContext> {
  const signedIn = await currentSignedIn();
  const org = request.headers.get("x-windfall-org");
  const env = request.headers.get("x-windfall-env");
  const named = signedIn !== null && org !== null && env !== null;
  return {
    requestId: `req_${newId().replaceAll("-", "")}`,
    signedIn,
    membership: named ? await findMembership(db(), signedIn, { org, env }) : null,
    address: addressOf(request.headers),
    db: db(),
    log,
  };
}

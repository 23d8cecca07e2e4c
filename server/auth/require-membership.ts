import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { db } from "../platform/db";
import { currentSignedIn } from "./current-session";
import { ownPath } from "./own-path";
import { PATH_HEADER } from "./path-header";
import { findMembership, type Membership, type SignedIn } from "./session";

/** The signed-in person; everyone else is sent to the sign-in page, and back afterwards. */
export async function requireSignedIn(): Promise<SignedIn> {
  const signedIn = await currentSignedIn();
  if (signedIn !== null) return signedIn;
  const path = ownPath((await headers()).get(PATH_HEADER) ?? undefined);
  redirect(`/sign-in?next=${encodeURIComponent(path)}`);
}

/**
 * The person's place in a page's organization and environment, resolved once per request. Strangers
 * see the same "not found" as for an organization that does not exist.
 */
export const requireMembership = cache(async (org: string, env: string): Promise<Membership> => {
  const signedIn = await requireSignedIn();
  const membership = await findMembership(db(), signedIn, { org, env });
  if (membership === null) notFound();
  return membership;
});

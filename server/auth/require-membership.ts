import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { db } from "../platform/db";
import { currentSignedIn } from "./current-session";
import { findMembership, type Membership, type SignedIn } from "./session";

/** The signed-in person; everyone else is sent to the sign-in page, and back afterwards. */
export async function requireSignedIn(path: string): Promise<SignedIn> {
  const signedIn = await currentSignedIn();
  if (signedIn === null) redirect(`/sign-in?next=${encodeURIComponent(path)}`);
  return signedIn;
}

/**
 * The person's place in a page's organization and environment, resolved once per request. Strangers
 * see the same "not found" as for an organization that does not exist.
 */
export const requireMembership = cache(async (org: string, env: string): Promise<Membership> => {
  const signedIn = await requireSignedIn(`/o/${org}/${env}/home`);
  const membership = await findMembership(db(), signedIn, { org, env });
  if (membership === null) notFound();
  return membership;
});

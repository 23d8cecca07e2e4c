import { headers } from "next/headers";
import { getServerSession } from "next-auth";
import { cache } from "react";
import { db } from "../platform/db";
import { authOptions } from "./next-auth";
import { findSignedIn, type SignedIn } from "./session";

/** The person behind the request that is being answered; asked once per request. */
export const currentSignedIn = cache(async (): Promise<SignedIn | null> => {
  const session = await getServerSession(authOptions(db(), await headers()));
  return session?.sessionId === undefined ? null : findSignedIn(db(), session.sessionId);
});

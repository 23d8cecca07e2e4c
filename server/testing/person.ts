import { randomUUID } from "node:crypto";
import { insertUser } from "../auth/rows";
import { findMembership, findSignedIn, type Place, type SignedIn } from "../auth/session";
import { startSession } from "../auth/sessions";
import type { Role } from "../core/role";
import { wallNow } from "../platform/clock";
import { db } from "../platform/db";
import { newId } from "../platform/id";
import { log } from "../platform/log";
import { joinOrganization } from "../tenancy/join-organization";
import type { DashboardContext } from "../trpc/context";
import { createCallerFactory } from "../trpc/init";
import { appRouter } from "../trpc/root";

/** A signed-in person, a member of `orgId` when a role is given. Has no password, which is slow. */
export async function testPerson(membership?: { orgId: number; role: Role }): Promise<SignedIn> {
  const user = { id: newId(), email: `${randomUUID()}@example.com`, name: "Test Person" };
  const requestId = "test";
  await insertUser(db(), { ...user, passwordHash: null, at: wallNow() });
  if (membership)
    await db().transact((tx) => joinOrganization(tx, { ...membership, user, requestId }));
  const sessionId = await startSession(db(), { userId: user.id, userAgent: "test" });
  const signedIn = await findSignedIn(db(), sessionId);
  if (signedIn === null) throw new Error("the session that was just started is not found");
  return signedIn;
}

/** What a tRPC request of this person has for a context, on a page of `place`. */
async function testDashboard(
  signedIn: SignedIn | null,
  place: Place | null,
): Promise<DashboardContext> {
  const membership =
    signedIn !== null && place !== null ? await findMembership(db(), signedIn, place) : null;
  const requestId = `req_${randomUUID()}`;
  return { requestId, signedIn, membership, address: "192.0.2.1", db: db(), log };
}

const callerFor = createCallerFactory(appRouter);

/** Calls procedures as this person's browser would, from a page of `place`. */
export async function testBrowser(signedIn: SignedIn | null, place: Place | null) {
  return callerFor(await testDashboard(signedIn, place));
}

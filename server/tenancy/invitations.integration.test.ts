import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { mayEnter } from "../auth/may-enter";
import { signInWithPassword } from "../auth/sign-in-with-password";
import { freezeClock, wallNow } from "../platform/clock";
import { db } from "../platform/db";
import { sql } from "../platform/sql";
import { testOrganization } from "../testing/ctx";
import { testBrowser, testPerson } from "../testing/person";
import { findInvitation } from "./invitations";

const password = "correct horse battery staple";

async function invitingOrganization() {
  const org = await testOrganization();
  const owner = await testPerson({ orgId: org.sandbox.orgId, role: "owner" });
  const browser = await testBrowser(owner, { org: org.slug, env: "sandbox" });
  const invite = async (email: string) =>
    (await browser.invitations.create({ email, role: "support" })).path.slice("/invite/".length);
  return { org, owner, browser, invite };
}

const nobody = () => testBrowser(null, null);
const address = () => `${randomUUID()}@example.com`;

afterEach(() => freezeClock(null));

describe("an invitation", () => {
  it("makes an account with the invited address and role, once", async () => {
    const { org, owner, browser, invite } = await invitingOrganization();
    const email = address();
    const token = await invite(email.toUpperCase());
    expect(await findInvitation(db(), token)).toMatchObject({
      email,
      role: "support",
      invitedBy: owner.name,
      hasAccount: false,
    });
    const visitor = await nobody();
    const accepted = await visitor.invitations.acceptNew({ token, name: "Ben", password });
    expect(accepted).toEqual({ email, orgSlug: org.slug });
    expect(await signInWithPassword(db(), { email, password, address: null })).not.toBeNull();
    const member = (await browser.members.list()).find((listed) => listed.email === email);
    expect(member).toMatchObject({ name: "Ben", role: "support" });
    expect(await browser.invitations.list()).toEqual([]);
    await expect(
      visitor.invitations.acceptNew({ token, name: "Ben", password }),
    ).rejects.toMatchObject({ cause: { reason: "invitation_not_found" } });
  });

  it("is used once, though two press at the same moment", async () => {
    const { invite } = await invitingOrganization();
    const token = await invite(address());
    const visitor = await nobody();
    const accept = () => visitor.invitations.acceptNew({ token, name: "Ben", password });
    const results = await Promise.allSettled([accept(), accept()]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("is for the invited person only, when somebody is signed in", async () => {
    const { org, invite } = await invitingOrganization();
    const [ana, ben] = [await testPerson(), await testPerson()];
    const token = await invite(ana.email);
    const other = await testBrowser(ben, null);
    await expect(other.invitations.accept({ token })).rejects.toMatchObject({
      cause: { reason: "other_account" },
    });
    const invited = await testBrowser(ana, null);
    expect(await invited.invitations.accept({ token })).toEqual({ orgSlug: org.slug });
    expect((await invited.organizations.list()).map(({ slug }) => slug)).toEqual([org.slug]);
  });

  it("does not hand over an account that exists already", async () => {
    const { invite } = await invitingOrganization();
    const ana = await testPerson();
    const token = await invite(ana.email);
    await expect(
      (await nobody()).invitations.acceptNew({ token, name: "Not Ana", password }),
    ).rejects.toMatchObject({ cause: { reason: "email_taken" } });
    expect(await findInvitation(db(), token)).toMatchObject({ hasAccount: true });
  });

  it("ends when it is taken back, replaced, or a week old", async () => {
    const { browser, invite } = await invitingOrganization();
    const email = address();
    const [first, second] = [await invite(email), await invite(email)];
    expect(await findInvitation(db(), first)).toBeNull();
    expect(await browser.invitations.list()).toHaveLength(1);
    await browser.invitations.revoke({ email });
    expect(await findInvitation(db(), second)).toBeNull();
    await expect(browser.invitations.revoke({ email })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    const third = await invite(email);
    freezeClock(new Date(wallNow().getTime() + 7 * 86_400_000 + 1));
    expect(await findInvitation(db(), third)).toBeNull();
  });

  it("is refused for somebody who is a member already", async () => {
    const { owner, browser } = await invitingOrganization();
    await expect(
      browser.invitations.create({ email: owner.email, role: "viewer" }),
    ).rejects.toMatchObject({ cause: { reason: "already_member" } });
  });

  it("stores no token, and its link works for nobody who guesses", async () => {
    const { org, invite } = await invitingOrganization();
    const token = await invite(address());
    const stored = await db().query(
      sql`SELECT * FROM invitation WHERE org_id = ${org.sandbox.orgId}`,
    );
    expect(JSON.stringify(stored)).not.toContain(token);
    expect(await findInvitation(db(), `${token}x`)).toBeNull();
  });

  it("is what lets a stranger in who proves the invited address at a provider", async () => {
    const { invite } = await invitingOrganization();
    const email = address();
    const proof = { provider: "github", providerAccountId: randomUUID(), email };
    expect(await mayEnter(db(), proof)).toBe(false);
    await invite(email);
    expect(await mayEnter(db(), proof)).toBe(true);
    expect(await mayEnter(db(), { ...proof, email: null })).toBe(false);
  });
});

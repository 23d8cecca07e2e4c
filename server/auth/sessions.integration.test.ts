import { afterEach, describe, expect, it } from "vitest";
import { freezeClock } from "../platform/clock";
import { db } from "../platform/db";
import { testOrganization } from "../testing/ctx";
import { testBrowser, testPerson } from "../testing/person";
import { findSignedIn } from "./session";
import { listSessions, revokeSession, SESSION_SECONDS, startSession } from "./sessions";

afterEach(() => freezeClock(null));

describe("sessions", () => {
  it("are listed for their own person only, with the one that asks marked", async () => {
    const [ana, ben] = [await testPerson(), await testPerson()];
    const other = await startSession(db(), { userId: ana.userId, userAgent: "phone" });
    const listed = await listSessions(db(), ana);
    expect(listed.map(({ id, isThisOne }) => ({ id, isThisOne }))).toEqual(
      expect.arrayContaining([
        { id: ana.sessionId, isThisOne: true },
        { id: other, isThisOne: false },
      ]),
    );
    expect(listed).toHaveLength(2);
    expect((await listSessions(db(), ben)).map(({ id }) => id)).toEqual([ben.sessionId]);
  });

  it("mean nothing from the moment they are revoked", async () => {
    const ana = await testPerson();
    expect(await findSignedIn(db(), ana.sessionId)).toMatchObject({ email: ana.email });
    await revokeSession(db(), { userId: ana.userId, id: ana.sessionId });
    expect(await findSignedIn(db(), ana.sessionId)).toBeNull();
  });

  it("cannot be revoked by somebody else", async () => {
    const [ana, ben] = [await testPerson(), await testPerson()];
    const browser = await testBrowser(ben, null);
    await expect(browser.me.endSession({ id: ana.sessionId })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    expect(await findSignedIn(db(), ana.sessionId)).not.toBeNull();
  });

  it("end by themselves after thirty days", async () => {
    const start = new Date("2026-11-20T10:00:00Z");
    freezeClock(start);
    const ana = await testPerson();
    await revokeSession(db(), { userId: ana.userId, id: ana.sessionId });
    const id = await startSession(db(), { userId: ana.userId, userAgent: null });
    freezeClock(new Date(start.getTime() + SESSION_SECONDS * 1000));
    expect(await findSignedIn(db(), id)).toBeNull();
  });

  it("all end but the own one when the password changes", async () => {
    const ana = await testPerson();
    const other = await startSession(db(), { userId: ana.userId, userAgent: null });
    const browser = await testBrowser(ana, null);
    await browser.me.changePassword({ current: "", chosen: "my first password" });
    expect(await findSignedIn(db(), other)).toBeNull();
    expect(await findSignedIn(db(), ana.sessionId)).not.toBeNull();
    await expect(
      browser.me.changePassword({ current: "wrong", chosen: "my second password" }),
    ).rejects.toMatchObject({ cause: { reason: "wrong_password" } });
    await browser.me.changePassword({ current: "my first password", chosen: "my second one" });
  });
});

describe("membership", () => {
  it("is found by organization and environment, and by nobody else", async () => {
    const org = await testOrganization();
    const owner = await testPerson({ orgId: org.sandbox.orgId, role: "owner" });
    const stranger = await testPerson();
    const place = { org: org.slug, env: "sandbox" };
    expect(await (await testBrowser(owner, place)).keys.list()).toHaveLength(1);
    for (const [person, where] of [
      [stranger, place],
      [owner, { org: org.slug, env: "nowhere" }],
      [owner, { org: "no-such-organization", env: "sandbox" }],
      [owner, null],
    ] as const) {
      const browser = await testBrowser(person, where);
      await expect(browser.keys.list()).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
  });
});

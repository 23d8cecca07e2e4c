import { describe, expect, it } from "vitest";
import type { Role } from "../core/role";
import { db } from "../platform/db";
import { sql } from "../platform/sql";
import { testOrganization } from "../testing/ctx";
import { testBrowser, testPerson } from "../testing/person";

async function team(...roles: Role[]) {
  const org = await testOrganization();
  const place = { org: org.slug, env: "sandbox" };
  const people = await Promise.all(
    roles.map((role) => testPerson({ orgId: org.sandbox.orgId, role })),
  );
  const browsers = await Promise.all(people.map((person) => testBrowser(person, place)));
  const at = (index: number) => {
    const [person, browser] = [people[index], browsers[index]];
    if (person === undefined || browser === undefined) throw new Error("nobody there");
    return { person, browser };
  };
  return { org, place, at };
}

describe("members", () => {
  it("are listed with role and last seen, those of this organization only", async () => {
    const { at } = await team("owner", "viewer");
    await team("owner");
    const listed = await at(1).browser.members.list();
    expect(listed.map(({ role }) => role).sort()).toEqual(["owner", "viewer"]);
    expect(listed.every(({ lastSeenAt }) => lastSeenAt instanceof Date)).toBe(true);
  });

  it("act under a changed role with their next request", async () => {
    const { place, at } = await team("owner", "developer");
    const { person } = at(1);
    await at(0).browser.members.changeRole({ userId: person.userId, role: "viewer" });
    const browser = await testBrowser(person, place);
    await expect(browser.keys.create({ kind: "publishable", name: "Key" })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    expect(await browser.keys.list()).toHaveLength(1);
  });

  it("see nothing any more once they are removed", async () => {
    const { place, at } = await team("owner", "admin");
    await at(0).browser.members.remove({ userId: at(1).person.userId });
    const browser = await testBrowser(at(1).person, place);
    await expect(browser.members.list()).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("keep at least one owner, also when two leave at once", async () => {
    const { org, at } = await team("owner", "owner");
    const [one, two] = [at(0), at(1)];
    const results = await Promise.allSettled([
      one.browser.members.remove({ userId: two.person.userId }),
      two.browser.members.changeRole({ userId: one.person.userId, role: "viewer" }),
      one.browser.members.remove({ userId: one.person.userId }),
    ]);
    expect(results.some(({ status }) => status === "rejected")).toBe(true);
    const owners = await db().query(
      sql`SELECT user_id FROM member WHERE org_id = ${org.sandbox.orgId} AND role = 'owner'`,
    );
    expect(owners).toHaveLength(1);
  });

  it("are refused as the last owner with a sentence", async () => {
    const { at } = await team("owner", "admin");
    const { person, browser } = at(0);
    for (const refused of [
      () => browser.members.remove({ userId: person.userId }),
      () => browser.members.changeRole({ userId: person.userId, role: "admin" }),
    ]) {
      await expect(refused()).rejects.toMatchObject({ cause: { reason: "last_owner" } });
    }
  });

  it("leave owners to owners", async () => {
    const { at } = await team("owner", "admin", "viewer", "owner");
    const admin = at(1).browser;
    const viewer = at(2).person.userId;
    const owner = at(0).person.userId;
    for (const refused of [
      () => admin.members.changeRole({ userId: viewer, role: "owner" }),
      () => admin.members.changeRole({ userId: owner, role: "viewer" }),
      () => admin.members.remove({ userId: owner }),
      () => admin.invitations.create({ email: "new@example.com", role: "owner" }),
    ]) {
      await expect(refused()).rejects.toMatchObject({
        code: "FORBIDDEN",
        cause: { reason: "owner_required" },
      });
    }
    await admin.members.changeRole({ userId: viewer, role: "admin" });
    await at(0).browser.members.changeRole({ userId: viewer, role: "owner" });
  });

  it("cannot be reached from another organization", async () => {
    const [ours, theirs] = [await team("owner"), await team("owner", "viewer")];
    const target = theirs.at(1).person.userId;
    for (const refused of [
      () => ours.at(0).browser.members.remove({ userId: target }),
      () => ours.at(0).browser.members.changeRole({ userId: target, role: "owner" }),
    ]) {
      await expect(refused()).rejects.toMatchObject({ cause: { reason: "member_not_found" } });
    }
    expect(await theirs.at(0).browser.members.list()).toHaveLength(2);
  });

  it("leave an audit row for each change", async () => {
    const { org, at } = await team("owner", "viewer");
    const { person } = at(1);
    await at(0).browser.members.changeRole({ userId: person.userId, role: "support" });
    await at(0).browser.members.remove({ userId: person.userId });
    expect(
      await db().query(sql`
        SELECT action, before, after FROM audit_entry
        WHERE org_id = ${org.sandbox.orgId} AND actor_id = ${at(0).person.userId}
          AND action <> 'members.join' ORDER BY created_at, id`),
    ).toEqual([
      { action: "members.change_role", before: { role: "viewer" }, after: { role: "support" } },
      { action: "members.remove", before: { role: "support" }, after: null },
    ]);
  });
});

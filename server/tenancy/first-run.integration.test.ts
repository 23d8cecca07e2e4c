import { beforeAll, describe, expect, it } from "vitest";
import { db } from "../platform/db";
import { overrideEnv } from "../platform/env";
import { sql } from "../platform/sql";
import { testBrowser } from "../testing/person";

const token = "the-token-that-the-start-printed";
const form = {
  token,
  organization: "Ácme & Co.",
  name: "Ana",
  email: "Ana@Example.com",
  password: "correct horse battery staple",
};

const create = async (changes: Partial<typeof form> = {}) =>
  (await testBrowser(null, null)).setup.create({ ...form, ...changes });

const rowCounts = () =>
  db().query(sql`
    SELECT (SELECT count(*)::int FROM app_user) AS users,
           (SELECT count(*)::int FROM organization) AS organizations,
           (SELECT count(*)::int FROM environment) AS environments,
           (SELECT count(*)::int FROM member) AS members`);

describe("the first run", () => {
  beforeAll(() => overrideEnv({ WINDFALL_SETUP_TOKEN: token }));

  it("asks for the token, and a good password, and writes nothing without", async () => {
    await expect(create({ token: "guessed" })).rejects.toMatchObject({
      code: "FORBIDDEN",
      cause: { reason: "wrong_setup_token" },
    });
    await expect(create({ password: "short" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    await expect(create({ email: "ana" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    expect(await rowCounts()).toEqual([
      { users: 0, organizations: 0, environments: 0, members: 0 },
    ]);
  });

  it("makes one owner with one organization, though two people press at once", async () => {
    const results = await Promise.allSettled([create(), create({ email: "ben@example.com" })]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(results.find(({ status }) => status === "fulfilled")).toMatchObject({
      value: { orgSlug: "acme-co" },
    });
    expect(await rowCounts()).toEqual([
      { users: 1, organizations: 1, environments: 2, members: 1 },
    ]);
    expect(
      await db().query(sql`SELECT m.role, a.action, a.target_id = u.email AS about_them
                           FROM member m JOIN app_user u ON u.id = m.user_id
                           JOIN audit_entry a ON a.org_id = m.org_id`),
    ).toEqual([{ role: "owner", action: "members.join", about_them: true }]);
  });

  it("is over afterwards, even for who has the token", async () => {
    await expect(create({ email: "carl@example.com" })).rejects.toMatchObject({
      code: "NOT_FOUND",
      cause: { reason: "already_set_up" },
    });
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handle } from "../api/http";
import { signInWithPassword } from "../auth/sign-in-with-password";
import { db, openDb } from "../platform/db";
import { env, overrideEnv } from "../platform/env";
import { sql } from "../platform/sql";
import { bootstrapFromEnv } from "./bootstrap";
import { hasOwner } from "./first-run";

const key = "am_sk_test_bootstrap_0123456789";
const email = "Owner@Example.com";
const password = "correct horse battery staple";

function checkWith(secret: string): Promise<Response> {
  const request = new Request("http://localhost/v1/customers.list", {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: "{}",
  });
  return handle(request, "customers.list");
}

const countOrganizations = async () =>
  (await db().query<{ count: number }>(sql`SELECT count(*)::int AS count FROM organization`))[0]
    ?.count;

describe("bootstrapFromEnv", () => {
  const second = openDb(env().DATABASE_URL);
  beforeAll(() =>
    overrideEnv({
      WINDFALL_BOOTSTRAP_SECRET_KEY: key,
      WINDFALL_BOOTSTRAP_OWNER_EMAIL: email,
      WINDFALL_BOOTSTRAP_OWNER_PASSWORD: password,
    }),
  );
  afterAll(() => second.close());

  it("makes the organization once, though two processes start at the same moment", async () => {
    expect(await hasOwner(db())).toBe(false);
    await Promise.all([bootstrapFromEnv(db()), bootstrapFromEnv(second)]);
    await bootstrapFromEnv(db());
    expect(await countOrganizations()).toBe(1);
    expect(
      await db().query(sql`
        SELECT o.slug, e.slug AS env, e.kind FROM organization o JOIN environment e ON e.org_id = o.id
        ORDER BY e.id`),
    ).toEqual([
      { slug: "default", env: "sandbox", kind: "sandbox" },
      { slug: "default", env: "live", kind: "live" },
    ]);
  });

  it("gives a key that works at once", async () => {
    expect((await checkWith(key)).status).toBe(200);
    expect((await checkWith(`${key}x`)).status).toBe(401);
  });

  it("gives an owner who can sign in", async () => {
    expect(await hasOwner(db())).toBe(true);
    const attempt = { email: "owner@example.com", password, address: null };
    expect(await signInWithPassword(db(), attempt)).toMatchObject({ email: "owner@example.com" });
  });
});

import { describe, expect, it } from "vitest";
import { handle } from "../api/http";
import type { Role } from "../core/role";
import { db } from "../platform/db";
import { SCOPES, type Scope } from "../platform/scope";
import { sql } from "../platform/sql";
import { testCtx, testOrganization } from "../testing/ctx";
import { testBrowser, testPerson } from "../testing/person";
import { issueApiKey } from "./api-keys";

async function member(role: Role, envSlug = "sandbox") {
  const org = await testOrganization();
  const person = await testPerson({ orgId: org.sandbox.orgId, role });
  const browser = await testBrowser(person, { org: org.slug, env: envSlug });
  return { org, person, browser };
}

async function statusWith(key: string, operation = "customers.list"): Promise<number> {
  const request = new Request(`http://localhost/v1/${operation}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ customer_id: "nobody", feature_id: "nothing" }),
  });
  return (await handle(request, operation)).status;
}

const draft = { kind: "secret", name: "Server", scopes: ["customers:read"] as Scope[] } as const;

describe("keys", () => {
  it("work from creation to revocation, on every operation and for good", async () => {
    const { browser } = await member("developer");
    const { id, key } = await browser.keys.create({
      ...draft,
      scopes: ["balances:read", "customers:read"],
    });
    expect(key).toMatch(/^am_sk_test_[A-Za-z0-9]{42}$/);
    expect(await statusWith(key)).toBe(200);
    // `check` starts from what is remembered of a key, so it must have seen this one.
    expect(await statusWith(key, "balances.check")).toBe(404);
    await browser.keys.revoke({ id });
    expect(await statusWith(key)).toBe(401);
    expect(await statusWith(key, "balances.check")).toBe(401);
    await expect(browser.keys.revoke({ id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("are never stored or listed in full", async () => {
    const { org, browser, person } = await member("admin");
    const { id, key } = await browser.keys.create(draft);
    const listed = (await browser.keys.list()).find((entry) => entry.id === id);
    expect(listed).toMatchObject({
      name: "Server",
      kind: "secret",
      prefix: key.slice(0, 15),
      last4: key.slice(-4),
      scopes: ["customers:read"],
      createdBy: person.name,
      lastUsedAt: null,
    });
    const stored = await db().query(
      sql`SELECT * FROM api_key WHERE env_id = ${org.sandbox.envId} AND id = ${id}::uuid`,
    );
    expect(stored).toHaveLength(1);
    expect(JSON.stringify(stored)).not.toContain(key.slice(15, -4));
  });

  it("have their own environment and nothing of another", async () => {
    const { org, person, browser } = await member("owner");
    const live = await testBrowser(person, { org: org.slug, env: "live" });
    const { id, key } = await live.keys.create(draft);
    expect(key).toMatch(/^am_sk_live_/);
    expect((await browser.keys.list()).map((entry) => entry.id)).not.toContain(id);
    await expect(browser.keys.revoke({ id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await statusWith(key)).toBe(200);
    const stranger = await member("owner");
    await expect(stranger.browser.keys.revoke({ id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("hold to their scopes; a publishable one to those of its kind", async () => {
    const { browser } = await member("developer");
    const { key } = await browser.keys.create(draft);
    expect(await statusWith(key, "customers.delete")).toBe(403);
    const publishable = await browser.keys.create({ kind: "publishable", name: "Browser" });
    expect(publishable.key).toMatch(/^am_pk_test_/);
    expect(await statusWith(publishable.key)).toBe(401);
    expect(await statusWith(publishable.key, "balances.check")).toBe(404);
  });

  it("never get more than their maker has, and at least one right", async () => {
    const org = await testOrganization();
    const support = {
      ...testCtx(org.sandbox),
      scopes: new Set<Scope>(["keys:write", "events:read"]),
    };
    await expect(issueApiKey(support, { ...draft, scopes: ["plans:write"] })).rejects.toMatchObject(
      {
        kind: "forbidden",
      },
    );
    await expect(issueApiKey(support, { ...draft, scopes: [...SCOPES] })).rejects.toMatchObject({
      kind: "forbidden",
    });
    const { browser } = await member("owner");
    await expect(browser.keys.create({ ...draft, scopes: [] })).rejects.toMatchObject({
      code: "BAD_REQUEST",
    });
    await expect(
      browser.keys.create({ ...draft, scopes: ["members:write"] }),
    ).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });

  it("leave an audit row for each step, without the key in it", async () => {
    const { org, person, browser } = await member("owner");
    const { id, key } = await browser.keys.create(draft);
    await browser.keys.revoke({ id });
    const rows = await db().query<{ action: string; actor_id: string; env_id: number }>(sql`
      SELECT action, actor_id, env_id, after FROM audit_entry
      WHERE org_id = ${org.sandbox.orgId} AND target_id = ${id} ORDER BY created_at, id`);
    expect(rows.map(({ action }) => action)).toEqual(["keys.create", "keys.revoke"]);
    expect(
      rows.every((row) => row.actor_id === person.userId && row.env_id === org.sandbox.envId),
    ).toBe(true);
    expect(JSON.stringify(rows)).not.toContain(key.slice(15));
  });
});

import { beforeAll, describe, expect, it } from "vitest";
import { allOperations } from "../api/operations";
import { scopesOf } from "../auth/scopes";
import { ROLES } from "../core/role";
import { db } from "../platform/db";
import { SCOPES, type Scope } from "../platform/scope";
import { sql } from "../platform/sql";
import { type TestOrganization, testOrganization } from "../testing/ctx";
import { testBrowser, testPerson } from "../testing/person";
import type { ProcedureMeta } from "./init";
import { appRouter } from "./root";

interface Procedure {
  readonly path: string;
  readonly access: ProcedureMeta["access"] | undefined;
  /** A body that gets past the shape of an operation, so that only rights decide. */
  readonly input: unknown;
}

const examples = new Map(
  allOperations().map(([name, operation]) => [`api.${name}`, operation.spec.example]),
);
const procedures: readonly Procedure[] = Object.entries(appRouter._def.procedures).map(
  ([path, procedure]) => ({
    path,
    access: (procedure as unknown as { _def: { meta?: ProcedureMeta } })._def.meta?.access,
    input: examples.get(path) ?? {},
  }),
);
const scoped = procedures.filter((procedure): procedure is Procedure & { access: Scope } =>
  (SCOPES as readonly string[]).includes(String(procedure.access)),
);

type Browser = Awaited<ReturnType<typeof testBrowser>>;

/** Calls a procedure by its path and gives the reason of its refusal, or `null` for anything else. */
async function reasonOf(browser: Browser, { path, input }: Procedure): Promise<string | null> {
  const call = path
    .split(".")
    .reduce<unknown>((record, name) => (record as Record<string, unknown>)[name], browser);
  try {
    await (call as (input: unknown) => Promise<unknown>)(input);
    return null;
  } catch (error) {
    const cause = (error as { cause?: { reason?: string } }).cause;
    return cause?.reason ?? "no reason";
  }
}

const auditRows = async (org: TestOrganization) =>
  (
    await db().query<{ count: number }>(
      sql`SELECT count(*)::int AS count FROM audit_entry WHERE org_id = ${org.sandbox.orgId}`,
    )
  )[0]?.count;

describe("every procedure", () => {
  let org: TestOrganization;
  beforeAll(async () => {
    org = await testOrganization();
    // A feature of its own keeps the environment in use, so that no call fills it with the demo.
    const owner = await testPerson({ orgId: org.sandbox.orgId, role: "owner" });
    const browser = await testBrowser(owner, place());
    await browser.api.features.create({ feature_id: "kept", name: "Kept", type: "boolean" });
  });
  const place = () => ({ org: org.slug, env: "sandbox" });

  it("says who may call it, and the tree is among them", () => {
    expect(procedures.filter(({ access }) => access === undefined)).toEqual([]);
    expect(procedures.filter(({ path }) => path.startsWith("api."))).toHaveLength(examples.size);
    expect(examples.size).toBeGreaterThan(0);
  });

  it("is closed to everyone but these, which bring their own proof", () => {
    expect(
      procedures.filter(({ access }) => access === "everyone").map(({ path }) => path),
    ).toEqual(["invitations.acceptNew", "setup.create"]);
    expect(
      procedures.filter(({ access }) => access === "signed-in").map(({ path }) => path),
    ).toEqual([
      "invitations.accept",
      "me.sessions",
      "me.endSession",
      "me.changePassword",
      "organizations.list",
      "organizations.create",
    ]);
  });

  it("refuses who is not signed in", async () => {
    const browser = await testBrowser(null, place());
    for (const procedure of procedures.filter(({ access }) => access !== "everyone")) {
      expect([procedure.path, await reasonOf(browser, procedure)]).toEqual([
        procedure.path,
        "not_signed_in",
      ]);
    }
  });

  it("does not exist for members of another organization", async () => {
    const theirs = await testOrganization();
    const stranger = await testPerson({ orgId: theirs.sandbox.orgId, role: "owner" });
    const browser = await testBrowser(stranger, place());
    for (const procedure of scoped) {
      expect([procedure.path, await reasonOf(browser, procedure)]).toEqual([
        procedure.path,
        "organization_not_found",
      ]);
    }
  });

  it.each(ROLES)("is open to the role %s exactly where the role has its right", async (role) => {
    const person = await testPerson({ orgId: org.sandbox.orgId, role });
    const browser = await testBrowser(person, place());
    const before = await auditRows(org);
    const refusedHere = scoped.filter(({ access }) => !scopesOf(role).has(access));
    for (const procedure of refusedHere) {
      expect([procedure.path, await reasonOf(browser, procedure)]).toEqual([
        procedure.path,
        "insufficient_scopes",
      ]);
    }
    expect(await auditRows(org)).toBe(before);
    for (const procedure of scoped.filter(({ access }) => scopesOf(role).has(access))) {
      expect([procedure.path, await reasonOf(browser, procedure)]).not.toEqual([
        procedure.path,
        "insufficient_scopes",
      ]);
    }
    expect(refusedHere.length > 0).toBe(role !== "owner" && role !== "admin");
  });

  it("needs the right of a command when a check also spends", async () => {
    const viewer = await testPerson({ orgId: org.sandbox.orgId, role: "viewer" });
    const browser = await testBrowser(viewer, place());
    const check = { path: "api.balances.check", access: undefined } as const;
    const body = { customer_id: "nobody", feature_id: "nothing" };
    expect(await reasonOf(browser, { ...check, input: body })).not.toBe("insufficient_scopes");
    expect(await reasonOf(browser, { ...check, input: { ...body, send_event: true } })).toBe(
      "insufficient_scopes",
    );
  });
});

describe("the roles", () => {
  it("have these rights and no others", () => {
    const reads = SCOPES.filter((scope) => scope.endsWith(":read"));
    const missing = (role: (typeof ROLES)[number]) =>
      SCOPES.filter((scope) => !scopesOf(role).has(scope));
    expect(missing("owner")).toEqual([]);
    expect(missing("admin")).toEqual([]);
    expect(missing("developer")).toEqual(["members:write"]);
    expect([...scopesOf("support")].sort()).toEqual(
      [...reads, "customers:write", "balances:write"].sort(),
    );
    expect([...scopesOf("viewer")]).toEqual(reads);
  });
});

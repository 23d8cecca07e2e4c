import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { runOperation } from "../api/run";
import { wallNow } from "../platform/clock";
import type { Caller, Ctx, Tenant } from "../platform/context";
import { db } from "../platform/db";
import { log } from "../platform/log";
import type { AnyOperation, Operation } from "../platform/operation";
import { SCOPES } from "../platform/scope";
import { createApiKey } from "../tenancy/api-keys";
import { createOrganization } from "../tenancy/organizations";

/** A fresh organization with both environments, each with a secret key that has every scope. */
export interface TestOrganization {
  readonly slug: string;
  readonly sandbox: Tenant;
  readonly live: Tenant;
  readonly sandboxKey: string;
  readonly liveKey: string;
}

/** Makes an organization of its own for a test, so that tests never see each other's rows. */
export async function testOrganization(): Promise<TestOrganization> {
  const slug = `test-${randomUUID().slice(0, 13)}`;
  const now = wallNow();
  const created = await createOrganization(db(), { slug, name: slug, now });
  const key = async (envId: number, envKind: "live" | "sandbox") =>
    (
      await createApiKey(db(), {
        envId,
        envKind,
        kind: "secret",
        name: `test ${envKind}`,
        scopes: SCOPES,
        createdBy: null,
        now,
      })
    ).key;
  return {
    slug,
    sandbox: {
      orgId: created.orgId,
      envId: created.sandboxEnvId,
      envSlug: "sandbox",
      envKind: "sandbox",
    },
    live: { orgId: created.orgId, envId: created.liveEnvId, envSlug: "live", envKind: "live" },
    sandboxKey: await key(created.sandboxEnvId, "sandbox"),
    liveKey: await key(created.liveEnvId, "live"),
  };
}

/** A caller with every scope in `tenant`. */
function testCaller(tenant: Tenant): Caller {
  return {
    tenant,
    actor: { kind: "system", id: "test", label: "test" },
    scopes: new Set(SCOPES),
    publishable: false,
  };
}

/** A context in `tenant` for calling an operation's function directly. */
export function testCtx(tenant: Tenant): Ctx {
  const caller = testCaller(tenant);
  return {
    tenant,
    actor: caller.actor,
    scopes: caller.scopes,
    now: wallNow(),
    requestId: `req_${randomUUID()}`,
    idempotency: null,
    db: db(),
    log,
  };
}

/**
 * Calls an operation as a transport would, from a raw body through parsing and idempotency, and
 * checks its answer against its own output schema.
 */
export async function call<Input extends z.ZodType, Output extends z.ZodType>(
  operation: Operation<Input, Output>,
  name: string,
  tenant: Tenant,
  body: z.input<Input> & Record<string, unknown>,
  options: { key?: string } = {},
): Promise<z.output<Output>> {
  return callRaw(operation, name, tenant, body, options);
}

/** `call` for an operation on a list. */
export async function callList<Input extends z.ZodArray, Output extends z.ZodType>(
  operation: Operation<Input, Output>,
  name: string,
  tenant: Tenant,
  body: readonly unknown[],
  options: { key?: string } = {},
): Promise<z.output<Output>> {
  return callRaw(operation, name, tenant, body, options);
}

async function callRaw<Input extends z.ZodType, Output extends z.ZodType>(
  operation: Operation<Input, Output>,
  name: string,
  tenant: Tenant,
  body: unknown,
  options: { key?: string },
): Promise<z.output<Output>> {
  const outcome = await runOperation({
    name,
    operation: operation as unknown as AnyOperation,
    caller: testCaller(tenant),
    body,
    idempotencyKey: options.key ?? null,
    requestId: `req_${randomUUID()}`,
    db: db(),
    log,
  });
  return operation.spec.output.parse(
    outcome.replayed ? JSON.parse(outcome.stored.body) : outcome.answer,
  );
}

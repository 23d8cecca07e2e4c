import type { User } from "../auth/sign-in-with-password";
import type { Role } from "../core/role";
import { audit } from "../platform/audit";
import { wallNow } from "../platform/clock";
import type { TxCtx } from "../platform/context";
import type { Tx } from "../platform/db";
import { log } from "../platform/log";
import { sql } from "../platform/sql";
import { insertMember } from "./rows";

/**
 * Makes a person a member, with its audit row, on their own behalf: there is no caller yet whose
 * rights could be asked. A second time changes nothing.
 */
export async function joinOrganization(
  tx: Tx,
  input: { orgId: number; user: User; role: Role; requestId: string },
): Promise<void> {
  const now = wallNow();
  const { orgId, user, role } = input;
  if (!(await insertMember(tx, { orgId, userId: user.id, role, at: now }))) return;
  const [sandbox] = await tx.query<{ id: number }>(sql`
    SELECT id FROM environment WHERE org_id = ${orgId} AND slug = 'sandbox'`);
  const ctx: TxCtx = {
    tenant: { orgId, envId: sandbox?.id ?? 0, envSlug: "sandbox", envKind: "sandbox" },
    actor: { kind: "user", id: user.id, label: user.email },
    scopes: new Set(),
    now,
    requestId: input.requestId,
    idempotency: null,
    db: tx,
    log,
  };
  await audit(ctx, {
    action: "members.join",
    targetType: "member",
    targetId: user.email,
    after: { role },
  });
}

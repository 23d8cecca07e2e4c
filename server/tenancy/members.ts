import { forgetPerson } from "../auth/session";
import { WindfallError } from "../core/error";
import type { Role } from "../core/role";
import { audit } from "../platform/audit";
import type { Ctx, TxCtx } from "../platform/context";
import { sql } from "../platform/sql";
import { inTransaction } from "../platform/transaction";
import { deleteMember, writeMemberRole } from "./rows";

/** A member as the team page shows them. */
export interface ListedMember {
  readonly userId: string;
  readonly email: string;
  readonly name: string | null;
  readonly role: Role;
  readonly joinedAt: Date;
  readonly lastSeenAt: Date | null;
}

/** The members of the caller's organization, by name. */
export async function listMembers(ctx: Ctx): Promise<ListedMember[]> {
  return ctx.db.query<ListedMember>(sql`
    SELECT u.id AS "userId", u.email, u.name, m.role, m.created_at AS "joinedAt",
           (SELECT max(s.last_seen_at) FROM session s WHERE s.user_id = u.id) AS "lastSeenAt"
    FROM member m JOIN app_user u ON u.id = m.user_id
    WHERE m.org_id = ${ctx.tenant.orgId}
    ORDER BY lower(COALESCE(u.name, u.email)), u.id LIMIT 1000`);
}

/**
 * Gives a member another role.
 *
 * @throws `not_found/member_not_found`, `forbidden/owner_required`, `conflict/last_owner`
 */
export async function changeMemberRole(
  ctx: Ctx,
  input: { userId: string; role: Role; by: Role },
): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const member = await lockMember(ctx, input.userId);
    if (member.role === input.role) return;
    requireOwnerFor([member.role, input.role], input.by);
    if (member.role === "owner") requireOtherOwner(member);
    await writeMemberRole(ctx, { userId: input.userId, role: input.role });
    await audit(ctx, {
      action: "members.change_role",
      targetType: "member",
      targetId: member.email,
      before: { role: member.role },
      after: { role: input.role },
    });
  });
  forgetPerson(input.userId);
}

/**
 * Ends a membership. Keys that the member made keep working: they belong to the organization.
 *
 * @throws `not_found/member_not_found`, `forbidden/owner_required`, `conflict/last_owner`
 */
export async function removeMember(ctx: Ctx, input: { userId: string; by: Role }): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const member = await lockMember(ctx, input.userId);
    requireOwnerFor([member.role], input.by);
    if (member.role === "owner") requireOtherOwner(member);
    await deleteMember(ctx, input.userId);
    await audit(ctx, {
      action: "members.remove",
      targetType: "member",
      targetId: member.email,
      before: { role: member.role },
    });
  });
  forgetPerson(input.userId);
}

/**
 * Only an owner may make, change or remove one.
 *
 * @throws `forbidden/owner_required`
 */
export function requireOwnerFor(roles: readonly Role[], by: Role): void {
  if (by === "owner" || !roles.includes("owner")) return;
  throw new WindfallError(
    "forbidden",
    "owner_required",
    "Only an owner can appoint, change or remove an owner. Ask one of them.",
  );
}

interface LockedMember {
  readonly role: Role;
  readonly email: string;
  readonly owners: number;
}

/**
 * Reads a member and counts the owners with all of them locked, so that two owners who remove each
 * other at once cannot both succeed.
 */
async function lockMember(ctx: TxCtx, userId: string): Promise<LockedMember> {
  const locked = await ctx.db.query<{ user_id: string; role: Role; email: string }>(sql`
    SELECT m.user_id, m.role, u.email FROM member m JOIN app_user u ON u.id = m.user_id
    WHERE m.org_id = ${ctx.tenant.orgId} AND (m.role = 'owner' OR m.user_id = ${userId}::uuid)
    ORDER BY m.user_id FOR UPDATE OF m`);
  const member = locked.find((row) => row.user_id === userId);
  if (member === undefined) {
    throw new WindfallError("not_found", "member_not_found", "There is no such member here.");
  }
  const owners = locked.filter((row) => row.role === "owner").length;
  return { role: member.role, email: member.email, owners };
}

function requireOtherOwner(member: LockedMember): void {
  if (member.owners > 1) return;
  throw new WindfallError(
    "conflict",
    "last_owner",
    "This is the only owner. Make somebody else an owner first.",
  );
}

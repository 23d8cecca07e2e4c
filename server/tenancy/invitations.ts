import { forgetPerson, type SignedIn } from "../auth/session";
import { createUser, findUserByEmail } from "../auth/users";
import { WindfallError } from "../core/error";
import type { Role } from "../core/role";
import { audit } from "../platform/audit";
import { wallNow } from "../platform/clock";
import type { Ctx, TxCtx } from "../platform/context";
import { hashSecret, randomText } from "../platform/crypto";
import type { Db, Tx } from "../platform/db";
import { newId } from "../platform/id";
import { type Queryable, sql } from "../platform/sql";
import { inTransaction } from "../platform/transaction";
import { joinOrganization } from "./join-organization";
import { requireOwnerFor } from "./members";
import { acceptInvitationRow, insertInvitation, revokeInvitationsTo } from "./rows";

const VALID_MS = 7 * 24 * 60 * 60_000;
const TOKEN_LENGTH = 43;

/**
 * Invites somebody by e-mail. The token of the link is returned once and kept as a hash; an earlier
 * invitation to the same address ends.
 *
 * @throws `conflict/already_member`, `forbidden/owner_required`
 */
export async function inviteMember(
  ctx: Ctx,
  input: { email: string; role: Role; by: Role },
): Promise<{ token: string; expiresAt: Date }> {
  requireOwnerFor([input.role], input.by);
  return inTransaction(ctx, async (ctx) => {
    await refuseMember(ctx, input.email);
    await revokeInvitationsTo(ctx, input.email);
    const token = randomText(TOKEN_LENGTH);
    const expiresAt = new Date(ctx.now.getTime() + VALID_MS);
    await insertInvitation(ctx, {
      id: newId(),
      email: input.email,
      role: input.role,
      tokenHash: hashSecret(token),
      invitedBy: ctx.actor.id,
      expiresAt,
    });
    await audit(ctx, {
      action: "members.invite",
      targetType: "member",
      targetId: input.email,
      after: { role: input.role },
    });
    return { token, expiresAt };
  });
}

async function refuseMember(ctx: TxCtx, email: string): Promise<void> {
  const members = await ctx.db.query(sql`
    SELECT 1 FROM member m JOIN app_user u ON u.id = m.user_id
    WHERE m.org_id = ${ctx.tenant.orgId} AND u.email = ${email}`);
  if (members.length === 0) return;
  throw new WindfallError(
    "conflict",
    "already_member",
    "Somebody with this e-mail is a member already. Change their role instead.",
  );
}

/** An open invitation as the team page shows it. */
export interface ListedInvitation {
  readonly email: string;
  readonly role: Role;
  readonly invitedBy: string | null;
  readonly expiresAt: Date;
}

/** The open invitations of the caller's organization. */
export async function listInvitations(ctx: Ctx): Promise<ListedInvitation[]> {
  return ctx.db.query<ListedInvitation>(sql`
    SELECT i.email, i.role, COALESCE(u.name, u.email) AS "invitedBy", i.expires_at AS "expiresAt"
    FROM invitation i LEFT JOIN app_user u ON u.id = i.invited_by
    WHERE i.org_id = ${ctx.tenant.orgId} AND i.accepted_at IS NULL AND i.revoked_at IS NULL
      AND i.expires_at > ${ctx.now}
    ORDER BY i.email LIMIT 1000`);
}

/**
 * Takes an invitation back: its link stops working.
 *
 * @throws `not_found/invitation_not_found`
 */
export async function revokeInvitation(ctx: Ctx, email: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    if ((await revokeInvitationsTo(ctx, email)) === 0) throw unknownInvitation();
    await audit(ctx, {
      action: "members.revoke_invitation",
      targetType: "member",
      targetId: email,
    });
  });
}

/** What the invited person sees before they accept. */
export interface OpenInvitation {
  readonly id: string;
  readonly orgId: number;
  readonly orgSlug: string;
  readonly orgName: string;
  readonly email: string;
  readonly role: Role;
  readonly invitedBy: string | null;
  /** Whether there is an account with this address, so that signing in is asked for instead. */
  readonly hasAccount: boolean;
}

/** The invitation behind a link; `null` when it was used, taken back, expired, or never was. */
export async function findInvitation(db: Queryable, token: string): Promise<OpenInvitation | null> {
  const [row] = await db.query<OpenInvitation>(sql`
    SELECT i.id, i.org_id AS "orgId", o.slug AS "orgSlug", o.name AS "orgName", i.email, i.role,
           COALESCE(u.name, u.email) AS "invitedBy",
           EXISTS (SELECT 1 FROM app_user a WHERE a.email = i.email) AS "hasAccount"
    FROM invitation i JOIN organization o ON o.id = i.org_id
    LEFT JOIN app_user u ON u.id = i.invited_by
    WHERE i.token_hash = ${hashSecret(token)} AND i.accepted_at IS NULL AND i.revoked_at IS NULL
      AND i.expires_at > ${wallNow()}`);
  return row ?? null;
}

/**
 * Accepts an invitation by making the account it is for. Holding the link is the proof; whoever
 * made it decided whom to hand it to.
 *
 * @throws `not_found/invitation_not_found`, `conflict/email_taken`
 */
export async function acceptWithNewAccount(
  db: Db,
  input: { token: string; name: string; password: string; requestId: string },
): Promise<{ email: string; orgSlug: string }> {
  return db.transact(async (tx) => {
    const invitation = await claimInvitation(tx, input.token);
    const user = await createUser(tx, {
      email: invitation.email,
      name: input.name,
      password: input.password,
      now: wallNow(),
    });
    await joinOrganization(tx, { ...invitation, user, requestId: input.requestId });
    return { email: user.email, orgSlug: invitation.orgSlug };
  });
}

/**
 * Accepts an invitation as somebody who has an account; it must be the one that was invited.
 *
 * @throws `not_found/invitation_not_found`, `forbidden/other_account`
 */
export async function acceptSignedIn(
  db: Db,
  input: { token: string; signedIn: SignedIn; requestId: string },
): Promise<{ orgSlug: string }> {
  const { signedIn } = input;
  const orgSlug = await db.transact(async (tx) => {
    const invitation = await claimInvitation(tx, input.token);
    const user = await findUserByEmail(tx, invitation.email);
    if (user === null || user.id !== signedIn.userId) {
      throw new WindfallError(
        "forbidden",
        "other_account",
        `This invitation is for ${invitation.email}. Sign out and open the link again.`,
      );
    }
    await joinOrganization(tx, { ...invitation, user, requestId: input.requestId });
    return invitation.orgSlug;
  });
  forgetPerson(signedIn.userId);
  return { orgSlug };
}

async function claimInvitation(tx: Tx, token: string): Promise<OpenInvitation> {
  const invitation = await findInvitation(tx, token);
  if (invitation === null) throw unknownInvitation();
  if (!(await acceptInvitationRow(tx, { id: invitation.id, at: wallNow() }))) {
    throw unknownInvitation();
  }
  return invitation;
}

function unknownInvitation(): WindfallError {
  return new WindfallError(
    "not_found",
    "invitation_not_found",
    "This invitation was used, taken back or has expired. Ask for another one.",
  );
}

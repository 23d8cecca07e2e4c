import { z } from "zod";
import { emailAddress } from "../../auth/email-address";
import { chosenPassword } from "../../auth/password";
import { ROLES } from "../../core/role";
import {
  acceptSignedIn,
  acceptWithNewAccount,
  inviteMember,
  listInvitations,
  revokeInvitation,
} from "../../tenancy/invitations";
import { mailInvitation } from "../../tenancy/mail-invitation";
import { openProcedure, router, scoped, signedInProcedure } from "../init";

const token = z.string().min(1).max(200);

/** How people come into an organization. */
export const invitations = router({
  list: scoped("members:read").query(({ ctx }) => listInvitations(ctx.call)),
  /** Answers with the path of the link, shown this once, and whether it was e-mailed as well. */
  create: scoped("members:write")
    .input(z.object({ email: emailAddress, role: z.enum(ROLES) }))
    .mutation(async ({ ctx, input }) => {
      const invitation = await inviteMember(ctx.call, { ...input, by: ctx.membership.role });
      const path = `/invite/${invitation.token}`;
      const mailed = await mailInvitation({
        to: input.email,
        organization: ctx.membership.org.name,
        invitedBy: ctx.membership.caller.actor.label,
        path,
      });
      return { path, expiresAt: invitation.expiresAt, mailed };
    }),
  revoke: scoped("members:write")
    .input(z.object({ email: emailAddress }))
    .mutation(({ ctx, input }) => revokeInvitation(ctx.call, input.email)),
  /** For the invited person without an account: the token proves that they were invited. */
  acceptNew: openProcedure
    .input(
      z.object({
        token,
        name: z.string().trim().min(1, "Write your name.").max(100, "At most 100 characters."),
        password: chosenPassword,
      }),
    )
    .mutation(({ ctx, input }) =>
      acceptWithNewAccount(ctx.db, { ...input, requestId: ctx.requestId }),
    ),
  /** For the invited person who is signed in. */
  accept: signedInProcedure.input(z.object({ token })).mutation(({ ctx, input }) =>
    acceptSignedIn(ctx.db, {
      token: input.token,
      signedIn: ctx.signedIn,
      requestId: ctx.requestId,
    }),
  ),
});

import { z } from "zod";
import { changePassword } from "../../auth/change-password";
import { chosenPassword } from "../../auth/password";
import { listSessions, revokeSession } from "../../auth/sessions";
import { membershipOf } from "../context";
import { router, signedInProcedure } from "../init";

/** The signed-in person: what they may do where they are, and their own sign-ins. */
export const me = router({
  /** The role and rights in the open organization, for showing what is out of reach. */
  rights: signedInProcedure.query(({ ctx }) => {
    const { role, caller } = membershipOf(ctx);
    return { role, scopes: [...caller.scopes] };
  }),
  sessions: signedInProcedure.query(({ ctx }) => listSessions(ctx.db, ctx.signedIn)),
  endSession: signedInProcedure
    .input(z.object({ id: z.uuid() }))
    .mutation(({ ctx, input }) =>
      revokeSession(ctx.db, { id: input.id, userId: ctx.signedIn.userId }),
    ),
  /** Ends all other sign-ins: whoever changes a password may have lost the old one. */
  changePassword: signedInProcedure
    .input(z.object({ current: z.string().max(1_000), chosen: chosenPassword }))
    .mutation(({ ctx, input }) =>
      changePassword(ctx.db, { ...input, signedIn: ctx.signedIn, address: ctx.address }),
    ),
});

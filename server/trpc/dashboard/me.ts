import { z } from "zod";
import { changePassword } from "../../auth/change-password";
import { chosenPassword } from "../../auth/password";
import { listSessions, revokeSession } from "../../auth/sessions";
import { router, signedInProcedure } from "../init";

/** The signed-in person's own account. */
export const me = router({
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

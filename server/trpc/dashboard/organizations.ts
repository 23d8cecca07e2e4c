import { z } from "zod";
import { createOwnedOrganization, listOrganizations } from "../../tenancy/organizations";
import { router, signedInProcedure } from "../init";

/** The organizations of the signed-in person. */
export const organizations = router({
  list: signedInProcedure.query(({ ctx }) => listOrganizations(ctx.db, ctx.signedIn)),
  /** Whoever makes an organization owns it. */
  create: signedInProcedure
    .input(
      z.object({
        name: z
          .string()
          .trim()
          .min(1, "Name the organization.")
          .max(100, "At most 100 characters."),
      }),
    )
    .mutation(({ ctx, input }) => {
      const { userId: id, email, name } = ctx.signedIn;
      return ctx.db.transact((tx) =>
        createOwnedOrganization(tx, {
          name: input.name,
          owner: { id, email, name },
          requestId: ctx.requestId,
        }),
      );
    }),
});

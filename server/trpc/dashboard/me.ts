import { membershipOf } from "../context";
import { router, signedInProcedure } from "../init";

/** The signed-in person, and what they may do where they are. */
export const me = router({
  /** Who is signed in. */
  get: signedInProcedure.query(({ ctx }) => ({
    email: ctx.signedIn.email,
    name: ctx.signedIn.name,
  })),
  /** The role and rights in the open organization, for showing what is out of reach. */
  rights: signedInProcedure.query(({ ctx }) => {
    const { role, caller } = membershipOf(ctx);
    return { role, scopes: [...caller.scopes] };
  }),
});

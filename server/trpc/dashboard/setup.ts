import { z } from "zod";
import { emailAddress } from "../../auth/email-address";
import { chosenPassword } from "../../auth/password";
import { loadDemo } from "../../demo/load-demo";
import { setUpFirstOwner } from "../../tenancy/first-run";
import { openProcedure, router, scoped } from "../init";

const named = (sentence: string) =>
  z.string().trim().min(1, sentence).max(100, "At most 100 characters.");

/** The first run of an installation: its own proof is the token that the start printed. */
export const setup = router({
  create: openProcedure
    .input(
      z.object({
        token: z.string().max(500),
        organization: named("Name your organization."),
        name: named("Write your name."),
        email: emailAddress,
        password: chosenPassword,
      }),
    )
    .mutation(({ ctx, input }) =>
      setUpFirstOwner(ctx.db, { ...input, address: ctx.address, requestId: ctx.requestId }),
    ),
  /** Fills the open sandbox, which must be empty, with the demo; takes up to a minute. */
  loadDemo: scoped("plans:write").mutation(({ ctx }) => loadDemo(ctx.db, ctx.call.tenant)),
});

import { z } from "zod";
import { firstSteps } from "../../tenancy/first-steps";
import { router, scoped } from "../init";

/** What leads a new organization from nothing to its first answered check. */
export const onboarding = router({
  /** Counts and first times; `since` is where the counted events begin, in Unix milliseconds. */
  steps: scoped("customers:read")
    .input(z.object({ since: z.int().min(0) }))
    .query(({ ctx, input }) => firstSteps(ctx.call, new Date(input.since))),
});

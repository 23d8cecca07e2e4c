import { z } from "zod";
import { ROLES } from "../../core/role";
import { changeMemberRole, listMembers, removeMember } from "../../tenancy/members";
import { router, scoped } from "../init";

const userId = z.uuid();

/** The people of the open organization. */
export const members = router({
  list: scoped("members:read").query(({ ctx }) => listMembers(ctx.call)),
  changeRole: scoped("members:write")
    .input(z.object({ userId, role: z.enum(ROLES) }))
    .mutation(({ ctx, input }) =>
      changeMemberRole(ctx.call, { ...input, by: ctx.membership.role }),
    ),
  remove: scoped("members:write")
    .input(z.object({ userId }))
    .mutation(({ ctx, input }) => removeMember(ctx.call, { ...input, by: ctx.membership.role })),
});

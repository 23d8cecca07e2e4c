import { z } from "zod";
import { KEY_SCOPES } from "../../auth/scopes";
import { SCOPES } from "../../platform/scope";
import { grantableScopes, issueApiKey, listApiKeys, revokeApiKey } from "../../tenancy/api-keys";
import { router, scoped } from "../init";

const KeyDraft = z.object({
  kind: z.enum(["secret", "publishable"]),
  name: z.string().trim().min(1, "Give the key a name.").max(100, "At most 100 characters."),
  /** For a secret key; a publishable one has the rights of its kind. */
  scopes: z.array(z.enum(SCOPES)).default([]),
});

/** The keys of the open environment. */
export const keys = router({
  list: scoped("keys:read").query(({ ctx }) => listApiKeys(ctx.call)),
  /** The rights that keys can have at all, and those that this person can give. */
  scopes: scoped("keys:read").query(({ ctx }) => ({
    all: KEY_SCOPES,
    grantable: grantableScopes(ctx.call),
  })),
  /** Answers with the key itself: the only time that it can be seen. */
  create: scoped("keys:write")
    .input(
      KeyDraft.refine((key) => key.kind === "publishable" || key.scopes.length > 0, {
        path: ["scopes"],
        error: "Choose at least one right.",
      }),
    )
    .mutation(({ ctx, input }) => issueApiKey(ctx.call, input)),
  revoke: scoped("keys:write")
    .input(z.object({ id: z.uuid() }))
    .mutation(({ ctx, input }) => revokeApiKey(ctx.call, input.id)),
});

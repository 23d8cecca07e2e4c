import { z } from "zod";
import { PASSWORD_LENGTH } from "@/server/core/password-length";

/** What the browser checks before it asks the server, which checks everything again. */
export const fieldRules = {
  email: z.email("Write an e-mail address, such as ana@example.com."),
  name: z.string().trim().min(1, "Write your name.").max(100, "At most 100 characters."),
  organization: z
    .string()
    .trim()
    .min(1, "Name the organization.")
    .max(100, "At most 100 characters."),
  newPassword: z
    .string()
    .min(PASSWORD_LENGTH.min, `Choose at least ${PASSWORD_LENGTH.min} characters.`)
    .max(PASSWORD_LENGTH.max, `At most ${PASSWORD_LENGTH.max} characters.`),
};

/** The hint under a field for a new password. */
export const PASSWORD_HINT = `At least ${PASSWORD_LENGTH.min} characters. A sentence is easy to remember.`;

import { z } from "zod";
import { TextField } from "@/components/forms/text-field";

export const customerFieldRules = {
  id: z.string().trim().max(256, "Use at most 256 characters."),
  name: z.string().trim().max(500, "Use at most 500 characters."),
  email: z.union([
    z.literal(""),
    z.email("Write an e-mail address, such as ana@example.com.").max(320, "That is too long."),
  ]),
};

/** What people write about a customer. */
export function CustomerFields({ idLocked }: { idLocked?: boolean | undefined }) {
  return (
    <>
      <TextField name="name" label="Name" optional maxLength={500} autoComplete="off" />
      <TextField
        name="email"
        label="E-mail"
        optional
        type="email"
        inputMode="email"
        autoComplete="off"
      />
      <TextField
        name="id"
        label="ID"
        optional
        hint={
          idLocked
            ? "Your code refers to this ID. It cannot be changed here."
            : "The ID that this customer has in your own system, such as user_123."
        }
        readOnly={idLocked}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        className="font-mono"
      />
    </>
  );
}

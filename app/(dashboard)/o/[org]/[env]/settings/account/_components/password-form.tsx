"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { toast } from "sonner";
import { z } from "zod";
import { ErrorSummary } from "@/components/forms/error-summary";
import { RecordForm, SubmitButton } from "@/components/forms/record-form";
import { callErrorOf, useTRPC } from "@/components/trpc";
import {
  FormControl,
  FormDescription,
  FormField,
  FormItem,
  FormLabel,
  FormMessage,
} from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import { PASSWORD_LENGTH } from "@/server/core/password-length";

const PasswordValues = z.object({
  current: z.string(),
  chosen: z
    .string()
    .min(PASSWORD_LENGTH.min, `Choose at least ${PASSWORD_LENGTH.min} characters.`)
    .max(PASSWORD_LENGTH.max, `At most ${PASSWORD_LENGTH.max} characters.`),
});

/** Replaces the password, and thereby ends every other sign-in. */
export function PasswordForm({ email }: { email: string }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const change = useMutation(trpc.me.changePassword.mutationOptions());
  const form = useForm({
    resolver: zodResolver(PasswordValues),
    defaultValues: { current: "", chosen: "" },
  });
  const submit = async (values: z.output<typeof PasswordValues>) => {
    try {
      await change.mutateAsync(values);
      form.reset();
      await queryClient.invalidateQueries(trpc.me.sessions.queryFilter());
      toast.success("Password changed; other sign-ins have ended");
    } catch (error) {
      const { reason, message } = callErrorOf(error);
      if (reason === "wrong_password") {
        form.setError("current", { message }, { shouldFocus: true });
      }
    }
  };
  const failure = change.error ? callErrorOf(change.error) : null;
  return (
    <RecordForm form={form} onSubmit={submit}>
      <ErrorSummary failure={failure?.reason === "wrong_password" ? null : failure} />
      {/* Tells a password manager whose password this is. */}
      <input type="text" autoComplete="username" value={email} readOnly hidden />
      <FormField
        control={form.control}
        name="current"
        render={({ field }) => (
          <FormItem>
            <FormLabel>Current password</FormLabel>
            <FormControl>
              <Input {...field} type="password" autoComplete="current-password" />
            </FormControl>
            <FormDescription>Leave it empty if you have never set one.</FormDescription>
            <FormMessage />
          </FormItem>
        )}
      />
      <FormField
        control={form.control}
        name="chosen"
        render={({ field }) => (
          <FormItem>
            <FormLabel>New password</FormLabel>
            <FormControl>
              <Input {...field} type="password" autoComplete="new-password" />
            </FormControl>
            <FormDescription>
              At least {PASSWORD_LENGTH.min} characters. All your other sign-ins end.
            </FormDescription>
            <FormMessage />
          </FormItem>
        )}
      />
      <SubmitButton className="justify-self-start">Change password</SubmitButton>
    </RecordForm>
  );
}

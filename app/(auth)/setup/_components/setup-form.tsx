"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Failure } from "@/app/(auth)/_components/failure";
import { fieldRules, PASSWORD_HINT } from "@/app/(auth)/_components/field-rules";
import { signInWithPassword } from "@/app/(auth)/_components/sign-in-with";
import { TextField } from "@/app/(auth)/_components/text-field";
import { RecordForm, SubmitButton } from "@/components/forms/record-form";
import { callErrorOf, useTRPC } from "@/components/trpc";

const SetupValues = z.object({
  token: z.string().trim().min(1, "Paste the token that the start printed."),
  organization: fieldRules.organization,
  name: fieldRules.name,
  email: fieldRules.email,
  password: fieldRules.newPassword,
});

/** Creates the first owner and their organization, and signs them in. */
export function SetupForm() {
  const trpc = useTRPC();
  const create = useMutation(trpc.setup.create.mutationOptions());
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm({
    resolver: zodResolver(SetupValues),
    mode: "onTouched",
    defaultValues: { token: "", organization: "", name: "", email: "", password: "" },
  });
  const submit = async (values: z.output<typeof SetupValues>) => {
    setFailure(null);
    try {
      const { orgSlug } = await create.mutateAsync(values);
      const refused = await signInWithPassword(values.email, values.password);
      window.location.assign(refused === null ? `/o/${orgSlug}/sandbox/home` : "/sign-in");
    } catch (error) {
      const { message, reason } = callErrorOf(error);
      if (reason === "wrong_setup_token")
        form.setError("token", { message }, { shouldFocus: true });
      else setFailure(message);
    }
  };
  const { control } = form;
  return (
    <RecordForm form={form} onSubmit={submit}>
      <Failure>{failure}</Failure>
      <TextField
        control={control}
        name="token"
        label="Setup token"
        hint="Printed in the terminal where Windfall was started. It works once."
        autoComplete="off"
        spellCheck={false}
      />
      <TextField
        control={control}
        name="organization"
        label="Organization"
        hint="Your company or product."
        autoComplete="organization"
      />
      <TextField control={control} name="name" label="Your name" autoComplete="name" />
      <TextField
        control={control}
        name="email"
        label="E-mail"
        type="email"
        autoComplete="username"
      />
      <TextField
        control={control}
        name="password"
        label="Password"
        type="password"
        hint={PASSWORD_HINT}
        autoComplete="new-password"
      />
      <SubmitButton>Create account</SubmitButton>
    </RecordForm>
  );
}

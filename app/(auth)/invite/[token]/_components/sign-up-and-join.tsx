"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Failure } from "@/app/(auth)/_components/failure";
import { fieldRules, PASSWORD_HINT } from "@/app/(auth)/_components/field-rules";
import { signInWithPassword } from "@/app/(auth)/_components/sign-in-with";
import { TextField } from "@/app/(auth)/_components/text-field";
import { RecordForm, SubmitButton } from "@/components/forms/record-form";
import { callErrorOf, useTRPC } from "@/components/trpc";

const JoinValues = z.object({
  email: z.string(),
  name: fieldRules.name,
  password: fieldRules.newPassword,
});

type SignUpAndJoinProps = {
  token: string;
  email: string;
  /** Where to sign in without a password of one's own; `null` where there is no such way. */
  signInPath: string | null;
};

/** Makes the account that was invited, joins, and signs in. */
export function SignUpAndJoin({ token, email, signInPath }: SignUpAndJoinProps) {
  const trpc = useTRPC();
  const accept = useMutation(trpc.invitations.acceptNew.mutationOptions());
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm({
    resolver: zodResolver(JoinValues),
    mode: "onTouched",
    defaultValues: { email, name: "", password: "" },
  });
  const submit = async ({ name, password }: z.output<typeof JoinValues>) => {
    setFailure(null);
    try {
      const { orgSlug } = await accept.mutateAsync({ token, name, password });
      const refused = await signInWithPassword(email, password);
      window.location.assign(refused === null ? `/o/${orgSlug}` : "/sign-in");
    } catch (error) {
      setFailure(callErrorOf(error).message);
    }
  };
  return (
    <div className="grid gap-4">
      <RecordForm form={form} onSubmit={submit}>
        <Failure>{failure}</Failure>
        <TextField
          control={form.control}
          name="email"
          label="E-mail"
          type="email"
          hint="The address that was invited."
          autoComplete="username"
          readOnly
        />
        <TextField control={form.control} name="name" label="Your name" autoComplete="name" />
        <TextField
          control={form.control}
          name="password"
          label="Password"
          type="password"
          hint={PASSWORD_HINT}
          autoComplete="new-password"
        />
        <SubmitButton>Create account and join</SubmitButton>
      </RecordForm>
      {signInPath === null ? null : (
        <Link href={signInPath} className="text-accent underline underline-offset-4">
          Join without a password
        </Link>
      )}
    </div>
  );
}

"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { MailCheck } from "lucide-react";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Failure } from "@/app/(auth)/_components/failure";
import { fieldRules } from "@/app/(auth)/_components/field-rules";
import {
  sendSignInLink,
  signInSentence,
  signInWithPassword,
} from "@/app/(auth)/_components/sign-in-with";
import { TextField } from "@/app/(auth)/_components/text-field";
import { RecordForm, SubmitButton } from "@/components/forms/record-form";
import { Alert, AlertDescription, AlertTitle } from "@/components/ui/alert";
import { OutsideButtons, type OutsideWays } from "./outside-buttons";

const SignInValues = z.object({
  email: fieldRules.email,
  password: z.string().min(1, "Write your password."),
});

type SignInFormProps = {
  /** Where to go afterwards: a path of this app. */
  next: string;
  ways: OutsideWays;
  initialError: string | null;
};

/** E-mail and password, and whatever other ways this installation has. */
export function SignInForm({ next, ways, initialError }: SignInFormProps) {
  const [failure, setFailure] = useState(
    initialError === null ? null : signInSentence(initialError),
  );
  const [linkSentTo, setLinkSentTo] = useState<string | null>(null);
  const form = useForm({
    resolver: zodResolver(SignInValues),
    defaultValues: { email: "", password: "" },
  });
  const submit = async ({ email, password }: z.output<typeof SignInValues>) => {
    setFailure(null);
    const refused = await signInWithPassword(email, password);
    if (refused === null) return window.location.assign(next);
    setFailure(refused);
    form.resetField("password");
    form.setFocus("password");
  };
  const sendLink = async () => {
    setFailure(null);
    if (!(await form.trigger("email", { shouldFocus: true }))) return;
    const email = form.getValues("email");
    const refused = await sendSignInLink(email, next);
    if (refused === null) setLinkSentTo(email);
    else setFailure(refused);
  };
  const { control } = form;
  if (linkSentTo !== null) return <LinkSent email={linkSentTo} />;
  return (
    <div className="grid gap-4">
      <RecordForm form={form} onSubmit={submit}>
        <Failure>{failure}</Failure>
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
          autoComplete="current-password"
        />
        <SubmitButton>Sign in</SubmitButton>
      </RecordForm>
      <OutsideButtons ways={ways} next={next} onSendLink={sendLink} />
    </div>
  );
}

function LinkSent({ email }: { email: string }) {
  return (
    <Alert tone="success" role="status">
      <MailCheck aria-hidden />
      <AlertTitle>Look into your inbox</AlertTitle>
      <AlertDescription>
        If {email} belongs to somebody here, a link is on its way. It works once, within 15 minutes.
      </AlertDescription>
    </Alert>
  );
}

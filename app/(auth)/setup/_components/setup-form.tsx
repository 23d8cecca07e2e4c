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
import { callErrorOf, trpcClientFor, useTRPC } from "@/components/trpc";
import { Checkbox } from "@/components/ui/checkbox";
import { FormControl, FormDescription, FormField, FormItem, FormLabel } from "@/components/ui/form";
import { LoadingDemo } from "./loading-demo";

const SetupValues = z.object({
  token: z.string().trim().min(1, "Paste the token that the start printed."),
  organization: fieldRules.organization,
  name: fieldRules.name,
  email: fieldRules.email,
  password: fieldRules.newPassword,
  demo: z.boolean(),
});

const BLANK: z.input<typeof SetupValues> = {
  token: "",
  organization: "",
  name: "",
  email: "",
  password: "",
  demo: false,
};

/** Creates the first owner and their organization, signs them in, and loads the demo if wanted. */
export function SetupForm() {
  const trpc = useTRPC();
  const create = useMutation(trpc.setup.create.mutationOptions());
  const [failure, setFailure] = useState<string | null>(null);
  const [demo, setDemo] = useState<{ home: string; failure: string | null } | null>(null);
  const form = useForm({
    resolver: zodResolver(SetupValues),
    mode: "onTouched",
    defaultValues: BLANK,
  });
  const loadDemo = async (org: string, home: string) => {
    setDemo({ home, failure: null });
    try {
      await trpcClientFor({ org, env: "sandbox" }).setup.loadDemo.mutate();
      window.location.assign(home);
    } catch (error) {
      setDemo({ home, failure: callErrorOf(error).message });
    }
  };
  const submit = async ({ demo: wanted, ...values }: z.output<typeof SetupValues>) => {
    setFailure(null);
    try {
      const { orgSlug } = await create.mutateAsync(values);
      const home = `/o/${orgSlug}/sandbox/home`;
      const refused = await signInWithPassword(values.email, values.password);
      if (refused !== null) return window.location.assign("/sign-in");
      if (wanted) await loadDemo(orgSlug, home);
      else window.location.assign(home);
    } catch (error) {
      const { message, reason } = callErrorOf(error);
      if (reason === "wrong_setup_token")
        form.setError("token", { message }, { shouldFocus: true });
      else setFailure(message);
    }
  };
  if (demo !== null) return <LoadingDemo {...demo} />;
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
      <FormField
        control={control}
        name="demo"
        render={({ field }) => (
          <FormItem className="grid-cols-[auto_1fr] items-start gap-x-2.5 gap-y-0.5">
            <FormControl>
              <Checkbox
                checked={field.value}
                onCheckedChange={(on) => field.onChange(on === true)}
                onBlur={field.onBlur}
                className="mt-0.5"
              />
            </FormControl>
            <FormLabel>Load a demo into the sandbox</FormLabel>
            <div className="col-start-2">
              <FormDescription>
                Plans, features, customers and three months of their usage, to look around in. Takes
                up to a minute.
              </FormDescription>
            </div>
          </FormItem>
        )}
      />
      <SubmitButton>Create account</SubmitButton>
    </RecordForm>
  );
}

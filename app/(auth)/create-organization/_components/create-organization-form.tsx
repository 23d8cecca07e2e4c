"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Failure } from "@/app/(auth)/_components/failure";
import { fieldRules } from "@/app/(auth)/_components/field-rules";
import { TextField } from "@/app/(auth)/_components/text-field";
import { RecordForm, SubmitButton } from "@/components/forms/record-form";
import { callErrorOf, useTRPC } from "@/components/trpc";

const OrganizationValues = z.object({ name: fieldRules.organization });

/** Names the organization and opens its sandbox. */
export function CreateOrganizationForm() {
  const trpc = useTRPC();
  const create = useMutation(trpc.organizations.create.mutationOptions());
  const form = useForm({
    resolver: zodResolver(OrganizationValues),
    defaultValues: { name: "" },
  });
  const submit = async (values: z.output<typeof OrganizationValues>) => {
    try {
      const { slug } = await create.mutateAsync(values);
      window.location.assign(`/o/${slug}/sandbox/home`);
    } catch {
      // The mutation keeps the error, which is shown above the field.
    }
  };
  return (
    <RecordForm form={form} onSubmit={submit}>
      <Failure>{create.error ? callErrorOf(create.error).message : null}</Failure>
      <TextField
        control={form.control}
        name="name"
        label="Name"
        hint="Your company or product."
        autoComplete="organization"
      />
      <SubmitButton>Create organization</SubmitButton>
    </RecordForm>
  );
}

"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Failure } from "@/app/(auth)/_components/failure";
import { fieldRules } from "@/app/(auth)/_components/field-rules";
import { TextField } from "@/app/(auth)/_components/text-field";
import { callErrorOf, useTRPC } from "@/components/trpc";
import { Button } from "@/components/ui/button";
import { Form } from "@/components/ui/form";

const CreateOrganizationValues = z.object({ name: fieldRules.organization });

/** Names the organization and opens its sandbox. */
export function CreateOrganizationForm() {
  const trpc = useTRPC();
  const create = useMutation(
    trpc.organizations.create.mutationOptions({
      onSuccess: ({ slug }) => window.location.assign(`/o/${slug}/sandbox/home`),
    }),
  );
  const form = useForm({
    resolver: zodResolver(CreateOrganizationValues),
    defaultValues: { name: "" },
  });
  return (
    <Form {...form}>
      <form
        onSubmit={form.handleSubmit((values) => create.mutate(values))}
        noValidate
        className="grid gap-4"
      >
        <Failure>{create.error ? callErrorOf(create.error).message : null}</Failure>
        <TextField
          control={form.control}
          name="name"
          label="Name"
          hint="Your company or product."
          autoComplete="organization"
        />
        <Button type="submit" variant="primary" pending={create.isPending || create.isSuccess}>
          Create organization
        </Button>
      </form>
    </Form>
  );
}

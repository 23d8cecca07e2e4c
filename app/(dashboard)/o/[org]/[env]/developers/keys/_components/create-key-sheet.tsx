"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { SheetForm } from "@/components/forms/sheet-form";
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
import { RadioGroup, RadioOption } from "@/components/ui/radio-group";
import {
  Sheet,
  SheetContent,
  SheetDescription,
  SheetHeader,
  SheetTitle,
} from "@/components/ui/sheet";
import { type KeyScope, RightsField, scopesOfChoice } from "./rights-field";
import { ShownKey } from "./shown-key";

const KeyValues = z
  .object({
    name: z
      .string()
      .trim()
      .min(1, "Give the key a name, such as the server that will use it.")
      .max(100, "At most 100 characters."),
    kind: z.enum(["secret", "publishable"]),
    rights: z.enum(["all", "read", "chosen"]),
    chosen: z.array(z.string()),
  })
  .refine(
    ({ kind, rights, chosen }) =>
      kind === "publishable" || rights !== "chosen" || chosen.length > 0,
    {
      path: ["chosen"],
      error: "Choose at least one right.",
    },
  );

const BLANK: z.input<typeof KeyValues> = { name: "", kind: "secret", rights: "all", chosen: [] };

type CreateKeySheetProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  environment: string;
};

/** Makes a key, and shows it: the only time that it can be seen. */
export function CreateKeySheet({ open, onOpenChange, environment }: CreateKeySheetProps) {
  const [shown, setShown] = useState<{ name: string; key: string } | null>(null);
  const change = (next: boolean) => {
    onOpenChange(next);
    if (!next) setShown(null);
  };
  return (
    <Sheet open={open} onOpenChange={change}>
      <SheetContent>
        <SheetHeader>
          <SheetTitle>{shown === null ? "Create a key" : "Your key"}</SheetTitle>
          <SheetDescription>For {environment} only.</SheetDescription>
        </SheetHeader>
        {shown === null ? (
          <KeyForm onCreated={setShown} onCancel={() => change(false)} />
        ) : (
          <ShownKey name={shown.name} secret={shown.key} onDone={() => change(false)} />
        )}
      </SheetContent>
    </Sheet>
  );
}

type KeyFormProps = {
  onCreated: (created: { name: string; key: string }) => void;
  onCancel: () => void;
};

function KeyForm({ onCreated, onCancel }: KeyFormProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const scopes = useQuery(trpc.keys.scopes.queryOptions());
  // The key must not linger in the browser's memory after it was shown.
  const create = useMutation(trpc.keys.create.mutationOptions({ gcTime: 0 }));
  const form = useForm({
    resolver: zodResolver(KeyValues),
    defaultValues: BLANK,
  });
  const grantable: readonly KeyScope[] = scopes.data?.grantable ?? [];
  const submit = async ({ name, kind, rights, chosen }: z.output<typeof KeyValues>) => {
    try {
      // A quick hand presses before the rights have arrived.
      const known = await queryClient.ensureQueryData(trpc.keys.scopes.queryOptions());
      const given = kind === "publishable" ? [] : scopesOfChoice(rights, chosen, known.grantable);
      const { key } = await create.mutateAsync({ name, kind, scopes: given });
      await queryClient.invalidateQueries(trpc.keys.list.queryFilter());
      onCreated({ name, key });
    } catch {
      // The mutation keeps the error, which the form shows.
    }
  };
  const failed = create.error ?? scopes.error;
  return (
    <SheetForm
      form={form}
      verb="Create key"
      onSubmit={submit}
      onCancel={onCancel}
      failure={failed ? callErrorOf(failed) : null}
    >
      <FormField
        control={form.control}
        name="name"
        render={({ field }) => (
          <FormItem>
            <FormLabel>Name</FormLabel>
            <FormControl>
              <Input {...field} autoComplete="off" />
            </FormControl>
            <FormDescription>
              Who will use it: “Production server”, “Import script”.
            </FormDescription>
            <FormMessage />
          </FormItem>
        )}
      />
      <FormField
        control={form.control}
        name="kind"
        render={({ field }) => (
          <fieldset className="grid gap-1.5">
            <legend className="mb-1.5 font-medium text-base">Kind</legend>
            <RadioGroup value={field.value} onValueChange={field.onChange} aria-label="Kind">
              <RadioOption
                value="secret"
                label="Secret"
                hint="For your server. Keep it out of browsers and apps."
              />
              <RadioOption
                value="publishable"
                label="Publishable"
                hint="For browsers and apps. Reads plans, a customer and its access; changes nothing."
              />
            </RadioGroup>
          </fieldset>
        )}
      />
      {form.watch("kind") === "secret" ? (
        <RightsField all={scopes.data?.all ?? []} grantable={grantable} />
      ) : null}
    </SheetForm>
  );
}

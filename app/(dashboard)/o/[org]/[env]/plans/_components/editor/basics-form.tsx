"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useEffect } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { IdField } from "@/components/forms/id-field";
import { TextField } from "@/components/forms/text-field";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import {
  Form,
  FormControl,
  FormDescription,
  FormField,
  FormItem,
  FormLabel,
  FormMessage,
} from "@/components/ui/form";
import { Textarea } from "@/components/ui/textarea";
import type { DraftPlan } from "../plan-types";
import { SwitchField } from "./switch-field";

const Basics = z.object({
  name: z.string().trim().min(1, "Give the plan a name.").max(256, "Use at most 256 characters."),
  plan_id: z
    .string()
    .regex(
      /^[a-zA-Z0-9_-]{1,256}$/,
      "An ID has 1 to 256 letters, digits, underscores or hyphens, such as free_2026.",
    ),
  description: z.string().max(4096, "Use at most 4,096 characters."),
  group: z.string().trim().max(256, "Use at most 256 characters."),
  add_on: z.boolean(),
  auto_enable: z.boolean(),
});

type BasicValues = z.input<typeof Basics>;

type BasicsFormProps = {
  plan: DraftPlan;
  onChange: (patch: Partial<DraftPlan>) => void;
  published: boolean;
  readOnly: boolean;
};

/** What a plan is called, whom it stands beside, and who gets it. */
export function BasicsForm({ plan, onChange, published, readOnly }: BasicsFormProps) {
  const form = useForm<BasicValues>({
    resolver: zodResolver(Basics),
    mode: "onTouched",
    defaultValues: basicsOf(plan),
  });
  const { subscribe } = form;
  useEffect(() => {
    let last = JSON.stringify(form.getValues());
    return subscribe({
      formState: { values: true },
      callback: ({ values }) => {
        const text = JSON.stringify(values);
        if (text === last) return;
        last = text;
        onChange({ ...values, description: values.description || null });
      },
    });
  }, [subscribe, form, onChange]);

  return (
    <Form {...form}>
      <form noValidate onSubmit={(event) => event.preventDefault()}>
        <fieldset disabled={readOnly} className="contents">
          <Card aria-labelledby="basics">
            <CardHeader>
              <CardTitle id="basics">Basics</CardTitle>
            </CardHeader>
            <CardContent className="grid max-w-140 gap-4">
              <TextField name="name" label="Name" maxLength={256} autoComplete="off" />
              <IdField
                name="plan_id"
                source="name"
                locked={
                  published
                    ? "Your code and your customers' history refer to this ID, so it stays."
                    : undefined
                }
              />
              <DescriptionField />
              <TextField
                name="group"
                label="Group"
                optional
                maxLength={256}
                autoComplete="off"
                hint="A customer has one plan of a group at a time: another one replaces it. Plans without a group are one group too."
              />
              <SwitchField
                name="add_on"
                label="Add-on"
                hint="Stands beside the customer's plan instead of replacing it."
              />
              <SwitchField
                name="auto_enable"
                label="Give to every new customer"
                hint="Only for plans without a price. Customers who are there already do not get it by this."
              />
            </CardContent>
          </Card>
        </fieldset>
      </form>
    </Form>
  );
}

function basicsOf(plan: DraftPlan): BasicValues {
  return {
    name: plan.name ?? "",
    plan_id: plan.plan_id ?? "",
    description: plan.description ?? "",
    group: plan.group ?? "",
    add_on: plan.add_on === true,
    auto_enable: plan.auto_enable === true,
  };
}

function DescriptionField() {
  return (
    <FormField
      name="description"
      render={({ field }) => (
        <FormItem>
          <FormLabel optional>Description</FormLabel>
          <FormControl>
            <Textarea {...field} rows={2} maxLength={4096} />
          </FormControl>
          <FormDescription>Shown on the card, below the name.</FormDescription>
          <FormMessage />
        </FormItem>
      )}
    />
  );
}

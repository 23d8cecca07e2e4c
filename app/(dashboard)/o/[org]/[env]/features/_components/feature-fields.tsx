"use client";

import { useWatch } from "react-hook-form";
import { z } from "zod";
import { IdField } from "@/components/forms/id-field";
import { TextField } from "@/components/forms/text-field";
import {
  FormControl,
  FormDescription,
  FormField,
  FormItem,
  FormLabel,
  FormMessage,
} from "@/components/ui/form";
import { RadioGroup, RadioOption } from "@/components/ui/radio-group";
import { Textarea } from "@/components/ui/textarea";
import { type FeatureKind, featureKinds, kindWords } from "./feature-types";

const LONGEST = 256;
const tooLong = `Use at most ${LONGEST} characters.`;

/** One name a line; commas separate as well. */
export function readEventNames(text: string): string[] {
  const names = text.split(/[\n,]/).map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ""))];
}

export const featureFieldRules = {
  name: z.string().trim().min(1, "Give the feature a name.").max(LONGEST, tooLong),
  id: z
    .string()
    .trim()
    .regex(
      /^[a-zA-Z0-9_-]{1,256}$/,
      "An ID has 1 to 256 letters, digits, underscores or hyphens, such as api_calls.",
    ),
  kind: z.enum(featureKinds),
  singular: z.string().trim().max(LONGEST, tooLong),
  plural: z.string().trim().max(LONGEST, tooLong),
  events: z
    .string()
    .refine((text) => readEventNames(text).length <= 100, "Use at most 100 event names.")
    .refine((text) => readEventNames(text).every((name) => name.length <= LONGEST), tooLong),
};

type FeatureFieldsProps = {
  /** Why the id and the type of an existing feature stay as they are. */
  idLocked: string | undefined;
  kindLocked: string | undefined;
};

/** What people write about a feature. */
export function FeatureFields({ idLocked, kindLocked }: FeatureFieldsProps) {
  const kind: FeatureKind = useWatch({ name: "kind" });
  return (
    <>
      <TextField name="name" label="Name" maxLength={LONGEST} autoComplete="off" />
      <IdField name="id" source="name" locked={idLocked} />
      <KindField locked={kindLocked} />
      {kind === "boolean" ? null : (
        <>
          <fieldset className="grid gap-4 sm:grid-cols-2">
            <legend className="sr-only">Words on price cards</legend>
            <TextField
              name="singular"
              label="One is called"
              optional
              placeholder="message"
              autoComplete="off"
            />
            <TextField
              name="plural"
              label="Several are called"
              optional
              placeholder="messages"
              autoComplete="off"
            />
          </fieldset>
          <EventNamesField />
        </>
      )}
    </>
  );
}

function KindField({ locked }: { locked: string | undefined }) {
  return (
    <FormField
      name="kind"
      render={({ field }) => (
        <fieldset className="grid gap-1.5">
          <legend className="mb-1.5 font-medium text-base">Type</legend>
          <RadioGroup
            value={field.value}
            onValueChange={field.onChange}
            aria-label="Type"
            aria-describedby={locked ? "kind-locked" : undefined}
          >
            {featureKinds.map((kind) => (
              <RadioOption
                key={kind}
                value={kind}
                label={kindWords[kind].label}
                hint={kindWords[kind].hint}
                disabled={locked !== undefined && field.value !== kind}
              />
            ))}
          </RadioGroup>
          {locked ? (
            <p id="kind-locked" className="text-muted-foreground text-sm">
              {locked}
            </p>
          ) : null}
        </fieldset>
      )}
    />
  );
}

function EventNamesField() {
  return (
    <FormField
      name="events"
      render={({ field }) => (
        <FormItem>
          <FormLabel optional>Event names</FormLabel>
          <FormControl>
            <Textarea
              {...field}
              rows={2}
              spellCheck={false}
              autoCapitalize="none"
              className="font-mono"
              placeholder="message.sent"
            />
          </FormControl>
          <FormDescription>
            One a line. Tracking by such a name counts against this feature; tracking by its ID
            always works.
          </FormDescription>
          <FormMessage />
        </FormItem>
      )}
    />
  );
}

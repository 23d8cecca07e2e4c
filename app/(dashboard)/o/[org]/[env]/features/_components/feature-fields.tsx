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
import { MarkupFields } from "./credits/markup-fields";
import { type MarkupFields as MarkupFieldValues, MarkupValues } from "./credits/markup-values";
import { type MemberFields, MembersValues } from "./credits/member-values";
import { MembersField } from "./credits/members-field";
import { type FeatureKind, featureKinds, kindWords } from "./feature-types";

const LONGEST = 256;
const tooLong = `Use at most ${LONGEST} characters.`;

/** One name a line; commas separate as well. */
export function readEventNames(text: string): string[] {
  const names = text.split(/[\n,]/).map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ""))];
}

const fieldRules = {
  name: z.string().trim().min(1, "Give the feature a name.").max(LONGEST, tooLong),
  id: z
    .string()
    .trim()
    .regex(
      /^[a-zA-Z0-9_-]{1,256}$/,
      "An ID has 1 to 256 letters, digits, underscores or hyphens, such as api_calls.",
    ),
  singular: z.string().trim().max(LONGEST, tooLong),
  plural: z.string().trim().max(LONGEST, tooLong),
  events: z
    .string()
    .refine((text) => readEventNames(text).length <= 100, "Use at most 100 event names.")
    .refine((text) => readEventNames(text).every((name) => name.length <= LONGEST), tooLong),
};

const CheckedValues = z.discriminatedUnion("kind", [
  z.object({ ...fieldRules, kind: z.enum(["consumable", "held", "boolean"]) }),
  z.object({ ...fieldRules, kind: z.literal("credits"), members: MembersValues }),
  z.object({ ...fieldRules, kind: z.literal("tokens"), markups: MarkupValues }),
]);

/** What people write about a feature; its kind decides which of the fields are looked at. */
export const FeatureValues = z
  .object({
    ...{ name: z.string(), id: z.string(), singular: z.string(), plural: z.string() },
    events: z.string(),
    kind: z.enum(featureKinds),
    members: z.array(z.custom<MemberFields>()),
    markups: z.custom<MarkupFieldValues>(),
  })
  .transform((values): z.input<typeof CheckedValues> => values)
  .pipe(CheckedValues);

type FeatureFieldsProps = {
  /** Why the id and the type of an existing feature stay as they are. */
  idLocked: string | undefined;
  kindLocked: string | undefined;
  /** What the feature may be. */
  kinds: readonly FeatureKind[];
};

/** What people write about a feature. */
export function FeatureFields({ idLocked, kindLocked, kinds }: FeatureFieldsProps) {
  const kind: FeatureKind = useWatch({ name: "kind" });
  return (
    <>
      <TextField name="name" label="Name" maxLength={LONGEST} autoComplete="off" />
      <IdField name="id" source="name" locked={idLocked} />
      <KindField locked={kindLocked} kinds={kinds} />
      {kind === "credits" ? <MembersField /> : null}
      {kind === "tokens" ? <MarkupFields /> : null}
      {kind === "boolean" ? null : (
        <>
          <fieldset className="grid gap-4 sm:grid-cols-2">
            <legend className="sr-only">Words on price cards</legend>
            <TextField
              name="singular"
              label="One is called"
              optional
              placeholder={kind === "credits" || kind === "tokens" ? "credit" : "message"}
              autoComplete="off"
            />
            <TextField
              name="plural"
              label="Several are called"
              optional
              placeholder={kind === "credits" || kind === "tokens" ? "credits" : "messages"}
              autoComplete="off"
            />
          </fieldset>
          {kind === "tokens" ? null : <EventNamesField />}
        </>
      )}
    </>
  );
}

type KindFieldProps = { locked: string | undefined; kinds: readonly FeatureKind[] };

function KindField({ locked, kinds }: KindFieldProps) {
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
            {kinds.map((kind) => (
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

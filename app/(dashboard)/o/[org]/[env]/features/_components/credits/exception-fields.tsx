"use client";

import { Plus, X } from "lucide-react";
import type { ReactNode } from "react";
import { useFieldArray, useFormContext } from "react-hook-form";
import { AmountField } from "@/components/forms/amount-field";
import { TextField } from "@/components/forms/text-field";
import { Button } from "@/components/ui/button";
import {
  FormControl,
  FormDescription,
  FormField,
  FormItem,
  FormLabel,
  FormMessage,
} from "@/components/ui/form";
import { Textarea } from "@/components/ui/textarea";
import { blankDimension, blankMultiplier } from "./member-values";
import { RateFields, TieredSwitch } from "./rate-fields";

/** Costs for events with certain properties, instead of the usual one. */
export function DimensionFields({ name, unit }: { name: string; unit: string }) {
  return (
    <ExceptionList
      name={name}
      title="Other costs"
      hint="For events whose properties match. The highest priority wins, then the first."
      noun="other cost"
      blank={blankDimension}
    >
      {(place) => (
        <>
          <MatchField name={`${place}.match`} />
          <TextField
            name={`${place}.priority`}
            label="Priority"
            inputMode="numeric"
            autoComplete="off"
          />
          <RateFields name={`${place}.rate`} unit={unit} />
          <TieredSwitch name={`${place}.rate`} label="This cost changes with the size of a use" />
        </>
      )}
    </ExceptionList>
  );
}

/** Changes of the cost for events with certain properties; all that match apply in turn. */
export function MultiplierFields({ name }: { name: string }) {
  return (
    <ExceptionList
      name={name}
      title="Surcharges and discounts"
      hint="For events whose properties match. All that match apply, from the first to the last."
      noun="surcharge or discount"
      blank={blankMultiplier}
    >
      {(place) => (
        <>
          <MatchField name={`${place}.match`} />
          <div className="grid gap-2 sm:grid-cols-2">
            <AmountField name={`${place}.factor`} label="Times" />
            <AmountField name={`${place}.add`} label="Then plus" unit="credits" allowNegative />
          </div>
        </>
      )}
    </ExceptionList>
  );
}

type ExceptionListProps = {
  name: string;
  title: string;
  hint: string;
  /** One entry: "other cost". */
  noun: string;
  blank: object;
  /** The fields of the entry at that place of the form. */
  children: (place: string) => ReactNode;
};

function ExceptionList({ name, title, hint, noun, blank, children }: ExceptionListProps) {
  const { control } = useFormContext();
  const entries = useFieldArray({ control, name });
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 font-medium text-sm">{title}</legend>
      <p className="text-muted-foreground text-sm">{hint}</p>
      {entries.fields.map((field, n) => (
        <div key={field.id} className="grid gap-3 rounded-md border bg-raised/40 p-3">
          <div className="grid grid-cols-[1fr_auto] items-start gap-2">
            <TextField
              name={`${name}.${n}.name`}
              label="Name"
              placeholder="large"
              autoComplete="off"
            />
            <Button
              variant="ghost"
              size="icon"
              className="mt-6.5"
              aria-label={`Remove ${noun} ${n + 1}`}
              onClick={() => entries.remove(n)}
            >
              <X aria-hidden />
            </Button>
          </div>
          {children(`${name}.${n}`)}
        </div>
      ))}
      <Button size="sm" className="justify-self-start" onClick={() => entries.append(blank)}>
        <Plus aria-hidden />
        Add {noun}
      </Button>
    </fieldset>
  );
}

function MatchField({ name }: { name: string }) {
  return (
    <FormField
      name={name}
      render={({ field }) => (
        <FormItem>
          <FormLabel>Where</FormLabel>
          <FormControl>
            <Textarea
              {...field}
              rows={2}
              spellCheck={false}
              autoCapitalize="none"
              className="font-mono"
              placeholder="size = large"
            />
          </FormControl>
          <FormDescription>One property a line; all must match.</FormDescription>
          <FormMessage />
        </FormItem>
      )}
    />
  );
}

"use client";

import { Plus, X } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { useFieldArray, useFormContext } from "react-hook-form";
import { AmountField } from "@/components/forms/amount-field";
import { TextField } from "@/components/forms/text-field";
import { usePlacePath } from "@/components/layout/use-place-path";
import { Button } from "@/components/ui/button";
import { blankModel, blankProvider } from "./markup-values";

/** What an AI credit system adds to the price of tokens. */
export function MarkupFields() {
  const base = usePlacePath();
  return (
    <fieldset className="grid gap-4">
      <legend className="mb-1.5 font-medium text-base">Markup on token prices</legend>
      <p className="text-muted-foreground text-sm">
        One credit is one dollar of tokens with its markup.{" "}
        <Link className="underline underline-offset-2" href={`${base}/features/model-prices`}>
          See model prices
        </Link>
      </p>
      <AmountField
        name="markups.fallback"
        label="For all models"
        unit="%"
        allowNegative
        hint="50 charges half as much again; −100 makes tokens free."
      />
      <MarkupList
        name="markups.providers"
        title="By provider"
        noun="provider"
        blank={blankProvider}
      >
        {(place) => (
          <div className="grid gap-2 sm:grid-cols-2">
            <TextField
              name={`${place}.provider`}
              label="Provider"
              placeholder="openai"
              autoComplete="off"
              autoCapitalize="none"
            />
            <AmountField name={`${place}.percent`} label="Markup" unit="%" allowNegative />
          </div>
        )}
      </MarkupList>
      <MarkupList name="markups.models" title="By model" noun="model" blank={blankModel}>
        {(place) => (
          <>
            <TextField
              name={`${place}.model`}
              label="Model"
              placeholder="openai/gpt-4o"
              autoComplete="off"
              autoCapitalize="none"
              hint="Call a model of your own custom/… and give both its costs."
            />
            <div className="grid gap-2 sm:grid-cols-3">
              <AmountField
                name={`${place}.percent`}
                label="Markup"
                unit="%"
                allowNegative
                optional
              />
              <AmountField name={`${place}.input`} label="Input" unit="$ / M" optional />
              <AmountField name={`${place}.output`} label="Output" unit="$ / M" optional />
            </div>
          </>
        )}
      </MarkupList>
    </fieldset>
  );
}

type MarkupListProps = {
  name: string;
  title: string;
  /** One entry: "model". */
  noun: string;
  blank: object;
  /** The fields of the entry at that place of the form. */
  children: (place: string) => ReactNode;
};

function MarkupList({ name, title, noun, blank, children }: MarkupListProps) {
  const { control } = useFormContext();
  const entries = useFieldArray({ control, name });
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 font-medium text-sm">{title}</legend>
      {entries.fields.map((field, n) => (
        <div
          key={field.id}
          className="grid grid-cols-[1fr_auto] items-start gap-2 rounded-md border p-3"
        >
          <div className="grid gap-3">{children(`${name}.${n}`)}</div>
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
      ))}
      <Button size="sm" className="justify-self-start" onClick={() => entries.append(blank)}>
        <Plus aria-hidden />
        Add {noun}
      </Button>
    </fieldset>
  );
}

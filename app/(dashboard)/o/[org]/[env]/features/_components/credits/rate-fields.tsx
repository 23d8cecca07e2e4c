"use client";

import { Plus, X } from "lucide-react";
import { useFieldArray, useFormContext, useWatch } from "react-hook-form";
import { AmountField } from "@/components/forms/amount-field";
import { Button } from "@/components/ui/button";
import { FormField } from "@/components/ui/form";
import { Label } from "@/components/ui/label";
import { Switch } from "@/components/ui/switch";

type RateFieldsProps = {
  /** The form's field: a `RateFields`. */
  name: string;
  /** What is priced, in the plural: "images". */
  unit: string;
};

/** A cost in credits: one for every unit, or step by step over the units of one use. */
export function RateFields({ name, unit }: RateFieldsProps) {
  const tiered = useWatch({ name: `${name}.tiered` }) === true;
  return tiered ? (
    <TierFields name={`${name}.tiers`} unit={unit} />
  ) : (
    <AmountField name={`${name}.cost`} label="Cost" unit="credits" />
  );
}

/** Switches a cost between a flat one and steps. */
export function TieredSwitch({ name, label }: { name: string; label: string }) {
  return (
    <FormField
      name={`${name}.tiered`}
      render={({ field }) => (
        <div className="flex items-center gap-2">
          <Switch id={field.name} checked={field.value === true} onCheckedChange={field.onChange} />
          <Label htmlFor={field.name}>{label}</Label>
        </div>
      )}
    />
  );
}

function TierFields({ name, unit }: RateFieldsProps) {
  const { control } = useFormContext();
  const tiers = useFieldArray({ control, name });
  const last = tiers.fields.length - 1;
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 font-medium text-sm">Cost by step</legend>
      {tiers.fields.map((field, n) => (
        <div key={field.id} className="grid grid-cols-[1fr_1fr_auto] items-start gap-2">
          {n === last ? (
            <p className="self-end py-1.5 text-muted-foreground text-sm">Every further one</p>
          ) : (
            <AmountField name={`${name}.${n}.to`} label="Up to" unit={unit} />
          )}
          <AmountField name={`${name}.${n}.cost`} label="Cost" unit="credits" />
          <Button
            variant="ghost"
            size="icon"
            className="mt-6"
            aria-label={`Remove step ${n + 1}`}
            disabled={last < 1}
            onClick={() => tiers.remove(n)}
          >
            <X aria-hidden />
          </Button>
        </div>
      ))}
      <Button
        size="sm"
        className="justify-self-start"
        onClick={() => tiers.insert(Math.max(last, 0), { to: "", cost: "" })}
      >
        <Plus aria-hidden />
        Add step
      </Button>
      <p className="text-muted-foreground text-sm">
        Each use starts at the first step: its own units are counted, not those of earlier uses.
      </p>
    </fieldset>
  );
}

"use client";

import { ChevronRight, X } from "lucide-react";
import { useId, useState } from "react";
import { useFormState, useWatch } from "react-hook-form";
import { cn } from "@/components/cn";
import { AmountField } from "@/components/forms/amount-field";
import { Button } from "@/components/ui/button";
import { FormControl, FormField, FormItem, FormLabel, FormMessage } from "@/components/ui/form";
import { NativeSelect } from "@/components/ui/select";
import type { Feature } from "../feature-types";
import { costWords } from "./cost-words";
import { DimensionFields, MultiplierFields } from "./exception-fields";
import type { MemberFields } from "./member-values";
import { RateFields, TieredSwitch } from "./rate-fields";

type MemberCardProps = {
  /** The form's field: a `MemberFields`. */
  name: string;
  position: number;
  features: readonly Feature[];
  onRemove: () => void;
};

/** One member: which feature, what it costs, and in what cases it costs something else. */
export function MemberCard({ name, position, features, onRemove }: MemberCardProps) {
  const member = useWatch({ name }) as MemberFields;
  const chosen = features.find(({ id }) => id === member.feature);
  const unit = chosen?.display?.plural ?? "units";
  return (
    <fieldset className="grid gap-3 rounded-md border p-3">
      <legend className="sr-only">{chosen?.name ?? `Feature ${position}`}</legend>
      <div className="grid grid-cols-[1fr_auto] items-start gap-2">
        <FeatureChoice name={`${name}.feature`} features={features} chosen={member.feature} />
        <Button
          variant="ghost"
          size="icon"
          className="mt-6.5"
          aria-label={`Remove ${chosen?.name ?? `feature ${position}`}`}
          onClick={onRemove}
        >
          <X aria-hidden />
        </Button>
      </div>
      <RateFields name={`${name}.rate`} unit={unit} />
      <p className="text-muted-foreground text-sm" aria-live="polite">
        {costWords(member, chosen)}
      </p>
      <MoreFields name={name} unit={unit} member={member} />
    </fieldset>
  );
}

type FeatureChoiceProps = { name: string; features: readonly Feature[]; chosen: string };

function FeatureChoice({ name, features, chosen }: FeatureChoiceProps) {
  return (
    <FormField
      name={name}
      render={({ field }) => (
        <FormItem>
          <FormLabel>Feature</FormLabel>
          <FormControl>
            <NativeSelect {...field}>
              <option value="">Choose a feature</option>
              {features
                .filter(({ id, archived }) => !archived || id === chosen)
                .map((feature) => (
                  <option key={feature.id} value={feature.id}>
                    {feature.name} ({feature.id})
                  </option>
                ))}
            </NativeSelect>
          </FormControl>
          <FormMessage />
        </FormItem>
      )}
    />
  );
}

type MoreFieldsProps = { name: string; unit: string; member: MemberFields };

/** Package size, steps and exceptions: shut until somebody wants them or they are used. */
function MoreFields({ name, unit, member }: MoreFieldsProps) {
  const { dimensions, multipliers, per, rate } = member;
  const used = dimensions.length + multipliers.length > 0 || per !== "1" || rate.tiered;
  const [wanted, setWanted] = useState(used);
  const wrong = useHasHiddenError(name);
  const open = wanted || wrong;
  const id = useId();
  return (
    <div className="grid gap-3">
      <Button
        variant="ghost"
        size="sm"
        className="-ms-2 justify-self-start"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setWanted(!open)}
      >
        <ChevronRight aria-hidden className={cn("transition-transform", open && "rotate-90")} />
        Packages, steps and exceptions
      </Button>
      <div id={id} hidden={!open} className={open ? "grid gap-4" : undefined}>
        <AmountField
          name={`${name}.per`}
          label="The cost is for"
          unit={unit}
          hint="A part of them costs its share."
        />
        <TieredSwitch name={`${name}.rate`} label="The cost changes with the size of a use" />
        <DimensionFields name={`${name}.dimensions`} unit={unit} />
        <MultiplierFields name={`${name}.multipliers`} />
      </div>
    </div>
  );
}

/** Fields must be in sight to be put right. */
function useHasHiddenError(name: string): boolean {
  useFormState({ name: name as never });
  const { errors } = useFormState();
  const at = name
    .split(".")
    .reduce<unknown>(
      (place, key) =>
        typeof place === "object" && place !== null ? Reflect.get(place, key) : undefined,
      errors,
    );
  if (typeof at !== "object" || at === null) return false;
  return "per" in at || "dimensions" in at || "multipliers" in at;
}

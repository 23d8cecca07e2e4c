"use client";

import { useFormContext, useWatch } from "react-hook-form";
import { QuantityInput } from "@/components/forms/quantity-input";
import { ReasonField } from "@/components/forms/reason-field";
import { dateField } from "@/components/forms/zoned-time";
import type { Feature } from "@/components/pickers/use-catalog";
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
import { FeatureField } from "../sheets/feature-field";
import type { GrantFields as Fields, GrantMoment } from "./grant-values";

const modeChoices = [
  { value: "add", label: "Add" },
  { value: "remove", label: "Remove" },
  { value: "set", label: "Set to" },
] as const;

const modeHints = {
  add: "A new grant beside what is there, with an expiry of its own.",
  remove: "Takes from what is left. What was granted stays, and counts as used.",
  set: "What is left afterwards, whatever is left now.",
};

type GrantFieldsProps = { features: readonly Feature[]; unit: string; moment: GrantMoment };

/** Feature, mode, amount, expiry and reason of an edit. */
export function GrantFields({ features, unit, moment }: GrantFieldsProps) {
  const { control } = useFormContext<Fields>();
  const mode = useWatch({ control, name: "mode" });
  return (
    <>
      <FeatureField features={features} />
      <FormField
        control={control}
        name="mode"
        render={({ field }) => (
          <FormItem>
            <FormLabel>What to do</FormLabel>
            <FormControl>
              <RadioGroup
                aria-label="What to do"
                className="grid-cols-3"
                value={field.value}
                onValueChange={field.onChange}
              >
                {modeChoices.map(({ value, label }) => (
                  <RadioOption key={value} value={value} label={label} />
                ))}
              </RadioGroup>
            </FormControl>
            <FormDescription>{modeHints[mode]}</FormDescription>
          </FormItem>
        )}
      />
      <FormField
        control={control}
        name="amount"
        render={({ field }) => (
          <FormItem>
            <FormLabel>Amount</FormLabel>
            <FormControl>
              <QuantityInput {...field} unit={unit} data-initial-focus />
            </FormControl>
            <FormMessage />
          </FormItem>
        )}
      />
      {mode === "add" ? <ExpiryFields moment={moment} /> : null}
      <ReasonField name="reason" />
    </>
  );
}

const expiryChoices = [
  { value: "never", label: "Never" },
  { value: "month", label: "30 days" },
  { value: "date", label: "Date" },
] as const;

function ExpiryFields({ moment }: { moment: GrantMoment }) {
  const { control } = useFormContext<Fields>();
  const expiry = useWatch({ control, name: "expiry" });
  return (
    <>
      <FormField
        control={control}
        name="expiry"
        render={({ field }) => (
          <FormItem>
            <FormLabel>Expires</FormLabel>
            <FormControl>
              <RadioGroup
                aria-label="Expires"
                className="grid-cols-3"
                value={field.value}
                onValueChange={field.onChange}
              >
                {expiryChoices.map(({ value, label }) => (
                  <RadioOption key={value} value={value} label={label} />
                ))}
              </RadioGroup>
            </FormControl>
          </FormItem>
        )}
      />
      {expiry === "date" ? (
        <FormField
          control={control}
          name="expiryDate"
          render={({ field }) => (
            <FormItem>
              <FormLabel>Last day</FormLabel>
              <FormControl>
                <Input {...field} type="date" min={dateField(moment.openedAt, moment.zone)} />
              </FormControl>
              <FormDescription>
                What is left expires when this day ends in {moment.zone.replaceAll("_", " ")}.
              </FormDescription>
              <FormMessage />
            </FormItem>
          )}
        />
      ) : null}
    </>
  );
}

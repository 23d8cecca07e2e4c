"use client";

import Link from "next/link";
import { useFormContext, useWatch } from "react-hook-form";
import { QuantityInput } from "@/components/forms/quantity-input";
import { usePlacePath } from "@/components/layout/use-place-path";
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
import { NativeSelect } from "@/components/ui/select";
import type { Feature } from "../plan-types";
import { CarryField, LeftoverField, OwnerField } from "./item-rule-fields";
import { type ItemFields, kindOfItem, resetUnits } from "./item-values";

/** What people choose for one feature of a plan. */
export function ItemFieldset({ features }: { features: readonly Feature[] }) {
  const [kind, amount, chosen, renewal] = useWatch<
    ItemFields,
    ["kind", "amount", "feature_id", "renewal"]
  >({ name: ["kind", "amount", "feature_id", "renewal"] });
  const feature = features.find(({ id }) => id === chosen);
  const counts = kind === "held" || kind === "consumable";
  return (
    <>
      <FeatureField features={features} />
      {kind === "boolean" ? (
        <p className="text-muted-foreground">Customers on this plan have it.</p>
      ) : null}
      {counts ? <AmountField unit={feature?.display?.plural ?? feature?.name} /> : null}
      {kind === "consumable" && amount === "some" ? <RenewalField /> : null}
      {kind === "consumable" && amount === "some" && renewal === "every" ? <LeftoverField /> : null}
      {kind === "held" ? (
        <p className="text-muted-foreground text-sm">
          It is held until it is given back, so it is never renewed.
        </p>
      ) : null}
      {counts ? <OwnerField features={features} /> : null}
      {kind === "consumable" ? <CarryField /> : null}
    </>
  );
}

function FeatureField({ features }: { features: readonly Feature[] }) {
  const base = usePlacePath();
  const { setValue, getValues } = useFormContext<ItemFields>();
  const offered = features.filter(
    ({ id, archived }) => !archived || id === getValues("feature_id"),
  );
  return (
    <FormField
      name="feature_id"
      render={({ field }) => (
        <FormItem>
          <FormLabel>Feature</FormLabel>
          <FormControl>
            <NativeSelect
              {...field}
              onChange={(event) => {
                field.onChange(event);
                const feature = features.find(({ id }) => id === event.target.value);
                setValue("kind", kindOfItem(feature));
              }}
            >
              <option value="">Choose a feature</option>
              {offered.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name} ({id})
                </option>
              ))}
            </NativeSelect>
          </FormControl>
          <FormDescription>
            Missing one?{" "}
            <Link className="underline underline-offset-2" href={`${base}/features?sheet=create`}>
              Create a feature
            </Link>
          </FormDescription>
          <FormMessage />
        </FormItem>
      )}
    />
  );
}

function AmountField({ unit }: { unit: string | undefined }) {
  const amount = useWatch<ItemFields, "amount">({ name: "amount" });
  return (
    <>
      <FormField
        name="amount"
        render={({ field }) => (
          <fieldset className="grid gap-1.5">
            <legend className="mb-1.5 font-medium text-base">Amount</legend>
            <RadioGroup value={field.value} onValueChange={field.onChange} aria-label="Amount">
              <RadioOption value="some" label="A number" hint="Access ends when it is used up." />
              <RadioOption value="unlimited" label="Unlimited" hint="Counted, never denied." />
            </RadioGroup>
          </fieldset>
        )}
      />
      {amount === "some" ? (
        <FormField
          name="included"
          render={({ field }) => (
            <FormItem>
              <FormLabel>Included</FormLabel>
              <FormControl>
                <QuantityInput {...field} unit={unit} />
              </FormControl>
              <FormMessage />
            </FormItem>
          )}
        />
      ) : null}
    </>
  );
}

function RenewalField() {
  const [renewal, count] = useWatch<ItemFields, ["renewal", "count"]>({
    name: ["renewal", "count"],
  });
  const several = count.trim() !== "1";
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 font-medium text-base">Renewal</legend>
      <FormField
        name="renewal"
        render={({ field }) => (
          <RadioGroup value={field.value} onValueChange={field.onChange} aria-label="Renewal">
            <RadioOption
              value="every"
              label="Renewed regularly"
              hint="Filled up to the whole amount again."
            />
            <RadioOption value="never" label="Given once" hint="Gone when it is used up." />
          </RadioGroup>
        )}
      />
      {renewal === "every" ? (
        <div className="grid grid-cols-[6rem_1fr] gap-3">
          <FormField
            name="count"
            render={({ field }) => (
              <FormItem>
                <FormLabel>Every</FormLabel>
                <FormControl>
                  <Input {...field} inputMode="numeric" autoComplete="off" />
                </FormControl>
                <FormMessage />
              </FormItem>
            )}
          />
          <FormField
            name="unit"
            render={({ field }) => (
              <FormItem>
                <FormLabel>Interval</FormLabel>
                <FormControl>
                  <NativeSelect {...field}>
                    {resetUnits.map(({ value, label, many }) => (
                      <option key={value} value={value}>
                        {several ? many : label}
                      </option>
                    ))}
                  </NativeSelect>
                </FormControl>
              </FormItem>
            )}
          />
        </div>
      ) : null}
    </fieldset>
  );
}

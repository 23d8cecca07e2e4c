"use client";

import { useWatch } from "react-hook-form";
import { QuantityInput } from "@/components/forms/quantity-input";
import { FormControl, FormField, FormItem, FormLabel, FormMessage } from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import { RadioGroup, RadioOption } from "@/components/ui/radio-group";
import { NativeSelect } from "@/components/ui/select";
import type { Feature } from "../plan-types";
import { type ItemFields, kindOfItem } from "./item-values";
import { SwitchField } from "./switch-field";

/** Whom the amount is for. */
export function OwnerField({ features }: { features: readonly Feature[] }) {
  const [owner, chosen] = useWatch<ItemFields, ["owner", "feature_id"]>({
    name: ["owner", "feature_id"],
  });
  const types = features.filter(
    (feature) => kindOfItem(feature) === "held" && feature.id !== chosen && !feature.archived,
  );
  return (
    <>
      <FormField
        name="owner"
        render={({ field }) => (
          <fieldset className="grid gap-1.5">
            <legend className="mb-1.5 font-medium text-base">For</legend>
            <RadioGroup value={field.value} onValueChange={field.onChange} aria-label="For">
              <RadioOption
                value="customer"
                label="Whoever has the plan"
                hint="The customer, or the entity that the plan is for."
              />
              <RadioOption
                value="entity"
                label="Each entity of the customer"
                hint="Every seat, workspace or the like gets the whole amount, new ones too."
              />
              <RadioOption
                value="pool"
                label="A pool of all entities"
                hint="On the plan of an entity: added to what the customer and its entities share."
              />
            </RadioGroup>
          </fieldset>
        )}
      />
      {owner === "entity" ? (
        <FormField
          name="owner_feature"
          render={({ field }) => (
            <FormItem>
              <FormLabel>Entities of</FormLabel>
              <FormControl>
                <NativeSelect {...field}>
                  <option value="">Choose a feature that is held</option>
                  {types.map(({ id, name }) => (
                    <option key={id} value={id}>
                      {name} ({id})
                    </option>
                  ))}
                </NativeSelect>
              </FormControl>
              <FormMessage />
            </FormItem>
          )}
        />
      ) : null}
    </>
  );
}

/** What becomes of units that are left when the amount is renewed. */
export function LeftoverField() {
  const [leftover, cap, lasts] = useWatch<ItemFields, ["leftover", "cap", "lasts"]>({
    name: ["leftover", "cap", "lasts"],
  });
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 font-medium text-base">What is left at a renewal</legend>
      <FormField
        name="leftover"
        render={({ field }) => (
          <RadioGroup
            value={field.value}
            onValueChange={field.onChange}
            aria-label="What is left at a renewal"
          >
            <RadioOption value="lost" label="Is lost" hint="Each period has the same amount." />
            <RadioOption value="rolls" label="Rolls over" hint="Used before the new amount." />
          </RadioGroup>
        )}
      />
      {leftover === "rolls" ? (
        <>
          <div className="grid grid-cols-2 gap-3">
            <ChoiceField
              name="cap"
              label="At most"
              options={[
                ["none", "Everything"],
                ["units", "A number of units"],
                ["percent", "Percent of the amount"],
              ]}
            />
            {cap === "none" ? null : <CapField unit={cap === "percent" ? "%" : undefined} />}
          </div>
          <div className="grid grid-cols-2 gap-3">
            <ChoiceField
              name="lasts"
              label="Kept"
              options={[
                ["months", "For some months"],
                ["forever", "For good"],
              ]}
            />
            {lasts === "months" ? <MonthsField /> : null}
          </div>
        </>
      ) : null}
    </fieldset>
  );
}

/** Whether a switch to another plan forgets what was used. */
export function CarryField() {
  return (
    <SwitchField
      name="carries"
      label="Carry what was used to another plan"
      hint="Off: a switch to another plan begins with its full amount."
    />
  );
}

type ChoiceFieldProps = {
  name: "cap" | "lasts";
  label: string;
  options: readonly (readonly [value: string, label: string])[];
};

function ChoiceField({ name, label, options }: ChoiceFieldProps) {
  return (
    <FormField
      name={name}
      render={({ field }) => (
        <FormItem>
          <FormLabel>{label}</FormLabel>
          <FormControl>
            <NativeSelect {...field}>
              {options.map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </NativeSelect>
          </FormControl>
        </FormItem>
      )}
    />
  );
}

function CapField({ unit }: { unit: string | undefined }) {
  return (
    <FormField
      name="cap_amount"
      render={({ field }) => (
        <FormItem>
          <FormLabel>Limit</FormLabel>
          <FormControl>
            <QuantityInput {...field} unit={unit} />
          </FormControl>
          <FormMessage />
        </FormItem>
      )}
    />
  );
}

function MonthsField() {
  return (
    <FormField
      name="months"
      render={({ field }) => (
        <FormItem>
          <FormLabel>Months</FormLabel>
          <FormControl>
            <Input {...field} inputMode="numeric" autoComplete="off" />
          </FormControl>
          <FormMessage />
        </FormItem>
      )}
    />
  );
}

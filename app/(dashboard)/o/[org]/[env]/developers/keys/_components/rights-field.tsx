"use client";

import type { inferRouterOutputs } from "@trpc/server";
import { useFormContext } from "react-hook-form";
import { Checkbox } from "@/components/ui/checkbox";
import { FormField, FormItem, FormMessage } from "@/components/ui/form";
import { RadioGroup, RadioOption } from "@/components/ui/radio-group";
import type { AppRouter } from "@/server/trpc/root";

export type KeyScope = inferRouterOutputs<AppRouter>["keys"]["scopes"]["all"][number];

type RightsChoice = "all" | "read" | "chosen";

/** The rights that a choice stands for, out of those that this person can give. */
export function scopesOfChoice(
  choice: RightsChoice,
  chosen: readonly string[],
  grantable: readonly KeyScope[],
): KeyScope[] {
  if (choice === "all") return [...grantable];
  if (choice === "read") return grantable.filter((scope) => scope.endsWith(":read"));
  return grantable.filter((scope) => chosen.includes(scope));
}

type RightsFieldProps = { all: readonly KeyScope[]; grantable: readonly KeyScope[] };

/** What a secret key may do: everything, reading, or a choice spelled out. */
export function RightsField({ all, grantable }: RightsFieldProps) {
  const { control, watch } = useFormContext<{ rights: RightsChoice; chosen: string[] }>();
  return (
    <>
      <FormField
        control={control}
        name="rights"
        render={({ field }) => (
          <fieldset className="grid gap-1.5">
            <legend className="mb-1.5 font-medium text-base">Rights</legend>
            <RadioGroup value={field.value} onValueChange={field.onChange} aria-label="Rights">
              <RadioOption
                value="all"
                label="Everything"
                hint="Read and change all that the API reaches."
              />
              <RadioOption
                value="read"
                label="Only reading"
                hint="Look up, check access, count; change nothing."
              />
              <RadioOption value="chosen" label="A choice" hint="Tick each right." />
            </RadioGroup>
          </fieldset>
        )}
      />
      {watch("rights") === "chosen" ? (
        <FormField
          control={control}
          name="chosen"
          render={({ field }) => (
            <FormItem>
              <ScopeBoxes
                all={all}
                grantable={grantable}
                chosen={field.value}
                onChange={field.onChange}
              />
              <FormMessage />
            </FormItem>
          )}
        />
      ) : null}
    </>
  );
}

type ScopeBoxesProps = RightsFieldProps & {
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
};

function ScopeBoxes({ all, grantable, chosen, onChange }: ScopeBoxesProps) {
  const nouns = [...new Set(all.map((scope) => scope.slice(0, scope.indexOf(":"))))];
  const toggle = (scope: string, on: boolean) =>
    onChange(on ? [...chosen, scope] : chosen.filter((kept) => kept !== scope));
  return (
    <div
      className="grid gap-px overflow-hidden rounded-md border bg-border"
      data-field="chosen"
      tabIndex={-1}
    >
      {nouns.map((noun) => (
        <fieldset
          key={noun}
          className="flex flex-wrap items-center gap-x-4 gap-y-1 bg-surface px-3 py-2"
        >
          <legend className="float-left w-24 text-sm capitalize">{noun}</legend>
          {all
            .filter((scope) => scope.startsWith(`${noun}:`))
            .map((scope) => (
              <label
                key={scope}
                htmlFor={`right-${scope}`}
                className="flex min-h-6 items-center gap-2 text-sm"
              >
                <Checkbox
                  id={`right-${scope}`}
                  checked={chosen.includes(scope)}
                  disabled={!grantable.includes(scope)}
                  onCheckedChange={(on) => toggle(scope, on === true)}
                />
                {scope.slice(noun.length + 1)}
              </label>
            ))}
        </fieldset>
      ))}
    </div>
  );
}

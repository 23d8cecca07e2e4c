"use client";

import { Check } from "lucide-react";
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

/** The usual reasons of a change by hand; each can be followed by details. */
const reasonPresets = ["Goodwill", "Outage", "Sales", "Correction"] as const;

type ReasonFieldProps = {
  /** The form's field; its value is the reason's text. */
  name: string;
  hint?: string | undefined;
};

/** Asks why: a press fills in a usual reason, and the text can say more. */
export function ReasonField({
  name,
  hint = "Shown in the ledger and in the audit log.",
}: ReasonFieldProps) {
  return (
    <FormField
      name={name}
      render={({ field }) => {
        const text = typeof field.value === "string" ? field.value : "";
        return (
          <FormItem>
            <FormLabel>Reason</FormLabel>
            <fieldset className="flex flex-wrap gap-1.5">
              <legend className="sr-only">Usual reasons</legend>
              {reasonPresets.map((preset) => (
                <Button
                  key={preset}
                  size="sm"
                  aria-pressed={text.startsWith(preset)}
                  className="aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent"
                  onClick={() => field.onChange(preset)}
                >
                  {text.startsWith(preset) ? <Check aria-hidden /> : null}
                  {preset}
                </Button>
              ))}
            </fieldset>
            <FormControl>
              <Textarea {...field} value={text} rows={2} maxLength={500} />
            </FormControl>
            <FormDescription>{hint}</FormDescription>
            <FormMessage />
          </FormItem>
        );
      }}
    />
  );
}

"use client";

import type { ReactNode } from "react";
import { QuantityInput } from "@/components/forms/quantity-input";
import {
  FormControl,
  FormDescription,
  FormField,
  FormItem,
  FormLabel,
  FormMessage,
} from "@/components/ui/form";

type AmountFieldProps = {
  /** The form's field; its value is a quantity as typed. */
  name: string;
  label: string;
  /** Written at the end of the field: "credits". */
  unit?: string | undefined;
  hint?: ReactNode;
  optional?: boolean | undefined;
  allowNegative?: boolean | undefined;
  placeholder?: string | undefined;
};

/** A quantity with its label, unit, hint and error. */
export function AmountField({ name, label, hint, optional, ...props }: AmountFieldProps) {
  return (
    <FormField
      name={name}
      render={({ field }) => (
        <FormItem>
          <FormLabel optional={optional}>{label}</FormLabel>
          <FormControl>
            <QuantityInput {...field} {...props} />
          </FormControl>
          {hint ? <FormDescription>{hint}</FormDescription> : null}
          <FormMessage />
        </FormItem>
      )}
    />
  );
}

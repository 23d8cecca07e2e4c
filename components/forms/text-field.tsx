"use client";

import type { ComponentProps, ReactNode } from "react";
import {
  FormControl,
  FormDescription,
  FormField,
  FormItem,
  FormLabel,
  FormMessage,
} from "@/components/ui/form";
import { Input } from "@/components/ui/input";

type TextFieldProps = Omit<ComponentProps<"input">, "name" | "value" | "onChange"> & {
  /** The form's field; its value is text. */
  name: string;
  label: string;
  optional?: boolean | undefined;
  hint?: ReactNode;
};

/** A line of text with its label, hint and error. */
export function TextField({ name, label, optional, hint, ...props }: TextFieldProps) {
  return (
    <FormField
      name={name}
      render={({ field }) => (
        <FormItem>
          <FormLabel optional={optional}>{label}</FormLabel>
          <FormControl>
            <Input {...props} {...field} />
          </FormControl>
          {hint ? <FormDescription>{hint}</FormDescription> : null}
          <FormMessage />
        </FormItem>
      )}
    />
  );
}

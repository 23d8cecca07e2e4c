"use client";

import { useEffect, useRef } from "react";
import { useFormContext, useWatch } from "react-hook-form";
import { deriveId } from "@/components/forms/derive-id";
import {
  FormControl,
  FormDescription,
  FormField,
  FormItem,
  FormLabel,
  FormMessage,
} from "@/components/ui/form";
import { Input } from "@/components/ui/input";

type IdFieldProps = {
  /** The form's field for the id. */
  name: string;
  /** The field whose text suggests the id. */
  source: string;
  label?: string | undefined;
  /** Why the id of an existing record stays as it is; with it the field is read-only. */
  locked?: string | undefined;
};

/** An id that follows the name until it is edited by hand. */
export function IdField({ name, source, label = "ID", locked }: IdFieldProps) {
  const { setValue, getValues } = useFormContext();
  const suggestion: unknown = useWatch({ name: source });
  const touched = useRef(isOwnChoice(getValues(name), getValues(source)));

  useEffect(() => {
    if (locked !== undefined || touched.current) return;
    if (typeof suggestion === "string") setValue(name, deriveId(suggestion), { shouldDirty: true });
  }, [suggestion, locked, name, setValue]);

  return (
    <FormField
      name={name}
      render={({ field }) => (
        <FormItem>
          <FormLabel>{label}</FormLabel>
          <FormControl>
            <Input
              {...field}
              onChange={(event) => {
                // An emptied field follows the name again.
                touched.current = event.target.value !== "";
                field.onChange(event);
              }}
              readOnly={locked !== undefined}
              spellCheck={false}
              autoCapitalize="none"
              autoComplete="off"
              className="font-mono"
            />
          </FormControl>
          <FormDescription>
            {locked ?? "Your code refers to this ID. It cannot be changed later."}
          </FormDescription>
          <FormMessage />
        </FormItem>
      )}
    />
  );
}

/** Whether an id that the form begins with is not what its name would suggest. */
function isOwnChoice(id: unknown, name: unknown): boolean {
  return typeof id === "string" && id !== "" && id !== deriveId(String(name ?? ""));
}

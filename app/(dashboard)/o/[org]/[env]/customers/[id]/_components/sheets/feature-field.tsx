"use client";

import type { Feature } from "@/components/pickers/use-catalog";
import { FormControl, FormField, FormItem, FormLabel, FormMessage } from "@/components/ui/form";
import { NativeSelect } from "@/components/ui/select";

/** Chooses a feature; the form's field is `feature`. */
export function FeatureField({ features }: { features: readonly Feature[] }) {
  return (
    <FormField
      name="feature"
      render={({ field }) => (
        <FormItem>
          <FormLabel>Feature</FormLabel>
          <FormControl>
            <NativeSelect {...field}>
              {features.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
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

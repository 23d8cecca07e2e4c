import { FormControl, FormDescription, FormField, FormItem, FormLabel } from "@/components/ui/form";
import { Switch } from "@/components/ui/switch";

/** A switch of a form with its label and what it does. */
export function SwitchField({ name, label, hint }: { name: string; label: string; hint: string }) {
  return (
    <FormField
      name={name}
      render={({ field }) => (
        <FormItem className="grid-cols-[auto_1fr] items-start gap-x-3">
          <FormControl>
            <Switch
              checked={field.value === true}
              onCheckedChange={field.onChange}
              onBlur={field.onBlur}
              ref={field.ref}
              name={field.name}
            />
          </FormControl>
          <div className="grid gap-0.5">
            <FormLabel>{label}</FormLabel>
            <FormDescription>{hint}</FormDescription>
          </div>
        </FormItem>
      )}
    />
  );
}

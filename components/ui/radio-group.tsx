"use client";

import { RadioGroup as RadioGroupPrimitive } from "radix-ui";
import * as React from "react";
import { cn } from "@/components/cn";

function RadioGroup({
  className,
  ...props
}: React.ComponentProps<typeof RadioGroupPrimitive.Root>) {
  return <RadioGroupPrimitive.Root className={cn("grid gap-2", className)} {...props} />;
}

const radioClasses =
  "relative mt-0.5 size-4 shrink-0 rounded-full border border-control bg-surface after:absolute after:-inset-1.25 disabled:cursor-not-allowed disabled:opacity-50 data-[state=checked]:border-accent";

function RadioGroupItem({
  className,
  ...props
}: React.ComponentProps<typeof RadioGroupPrimitive.Item>) {
  return (
    <RadioGroupPrimitive.Item className={cn(radioClasses, className)} {...props}>
      <RadioGroupPrimitive.Indicator className="flex items-center justify-center">
        <span className="keep-color block size-2 rounded-full bg-accent" />
      </RadioGroupPrimitive.Indicator>
    </RadioGroupPrimitive.Item>
  );
}

type RadioOptionProps = React.ComponentProps<typeof RadioGroupPrimitive.Item> & {
  label: React.ReactNode;
  hint?: React.ReactNode;
};

/** A radio button with its label and an optional line of explanation, pressable as a whole. */
function RadioOption({ label, hint, className, ...props }: RadioOptionProps) {
  const id = React.useId();
  return (
    <div
      className={cn(
        "relative flex gap-2.5 rounded-md border p-2.5 has-data-[state=checked]:border-accent has-data-[state=checked]:bg-accent-soft",
        className,
      )}
    >
      <RadioGroupItem
        id={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="static after:inset-0"
        {...props}
      />
      <div className="min-w-0">
        <label htmlFor={id} className="font-medium text-base">
          {label}
        </label>
        {hint ? (
          <p id={`${id}-hint`} className="text-muted-foreground text-sm">
            {hint}
          </p>
        ) : null}
      </div>
    </div>
  );
}

export { RadioGroup, RadioGroupItem, RadioOption };

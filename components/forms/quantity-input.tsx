"use client";

import type { ComponentProps } from "react";
import { cn } from "@/components/cn";
import { formatQuantity } from "@/components/format";
import { parseQuantity } from "@/components/forms/parse-quantity";
import { Input } from "@/components/ui/input";

type QuantityInputProps = Omit<ComponentProps<"input">, "value" | "onChange" | "type"> & {
  /** The text as typed; `quantitySchema` turns it into a number when the form is checked. */
  value: string;
  onChange: (text: string) => void;
  /** Written at the end of the field: "messages". */
  unit?: string | undefined;
  allowNegative?: boolean | undefined;
};

/** Takes "1.5k" and "10,000"; on leaving the field the number is written out in full. */
export function QuantityInput({
  value,
  onChange,
  onBlur,
  unit,
  allowNegative = false,
  className,
  ...props
}: QuantityInputProps) {
  const parsed = parseQuantity(value, { allowNegative });
  const inFull = parsed.ok ? formatQuantity(parsed.value) : null;
  const reading = inFull !== null && inFull !== value.trim() ? `= ${inFull}` : null;
  return (
    <span className={cn("relative block", className)}>
      <Input
        {...props}
        inputMode="decimal"
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onBlur={(event) => {
          if (inFull !== null) onChange(inFull);
          onBlur?.(event);
        }}
        className={reading === null ? roomFor(unit) : "pr-32"}
      />
      <span
        aria-hidden
        className="pointer-events-none absolute inset-y-0 right-2.5 flex max-w-28 items-center gap-1.5 text-muted-foreground text-sm"
      >
        {reading}
        {reading ? null : <span className="truncate">{unit}</span>}
      </span>
    </span>
  );
}

/** Short units leave more of a narrow field to the number. */
function roomFor(unit: string | undefined): string {
  if (unit === undefined) return "";
  if (unit.length <= 3) return "pr-10";
  return unit.length <= 8 ? "pr-20" : "pr-32";
}

import type * as React from "react";
import { cn } from "@/components/cn";

/** One key of the keyboard. */
export function Kbd({ className, ...props }: React.ComponentProps<"kbd">) {
  return (
    <kbd
      className={cn(
        "inline-flex h-5 min-w-5 items-center justify-center rounded-sm border bg-raised px-1 font-sans text-muted-foreground text-xs",
        className,
      )}
      {...props}
    />
  );
}

import type * as React from "react";
import { cn } from "@/components/cn";
import { controlClasses } from "@/components/ui/input";

function Textarea({ className, rows = 3, ...props }: React.ComponentProps<"textarea">) {
  return (
    <textarea
      rows={rows}
      className={cn(
        controlClasses,
        "field-sizing-content px-2.5 py-1.5 read-only:bg-raised",
        className,
      )}
      {...props}
    />
  );
}

export { Textarea };

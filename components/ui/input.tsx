import type * as React from "react";
import { cn } from "@/components/cn";

const controlClasses =
  "w-full min-w-0 rounded-md border border-control bg-surface text-base text-foreground placeholder:text-subtle-foreground disabled:cursor-not-allowed disabled:bg-raised disabled:text-muted-foreground aria-invalid:border-danger";

function Input({ className, type = "text", ...props }: React.ComponentProps<"input">) {
  return (
    <input
      type={type}
      className={cn(controlClasses, "h-8 px-2.5 read-only:bg-raised", className)}
      {...props}
    />
  );
}

export { controlClasses, Input };

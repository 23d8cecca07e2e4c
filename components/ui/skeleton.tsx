import type * as React from "react";
import { cn } from "@/components/cn";

/** A grey shape of what is coming. It shows only after 150 ms, so quick answers do not flicker. */
function Skeleton({ className, ...props }: React.ComponentProps<"span">) {
  return (
    <span
      aria-hidden
      className={cn("block h-3 animate-appear rounded-sm bg-neutral-soft", className)}
      {...props}
    />
  );
}

export { Skeleton };

"use client";

import { Lock } from "lucide-react";
import { useId } from "react";
import { Button, type ButtonProps } from "@/components/ui/button";
import { Tooltip, TooltipContent, TooltipTrigger } from "@/components/ui/tooltip";

type GuardedButtonProps = Omit<ButtonProps, "asChild"> & {
  /** Why it cannot be pressed now; without it this is a plain button. */
  reason?: string | null | undefined;
};

/** A button that, when forbidden, keeps its focus and says why instead of going dead. */
export function GuardedButton({ reason, children, ...props }: GuardedButtonProps) {
  const id = useId();
  if (!reason) return <Button {...props}>{children}</Button>;
  return (
    <Tooltip>
      <TooltipTrigger asChild>
        <Button {...props} aria-disabled aria-describedby={id}>
          <Lock aria-hidden />
          {children}
          <span id={id} hidden>
            {reason}
          </span>
        </Button>
      </TooltipTrigger>
      <TooltipContent>{reason}</TooltipContent>
    </Tooltip>
  );
}

import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/components/cn";

type EmptyStateProps = {
  icon?: LucideIcon | undefined;
  title: string;
  /** One sentence: what would stand here, and how it comes about. */
  children?: ReactNode;
  /** The one primary action. */
  action?: ReactNode;
  /** The API call that does the same. */
  code?: ReactNode;
  className?: string | undefined;
};

/** Says that there is nothing yet, and what to do about it. */
export function EmptyState({
  icon: Icon,
  title,
  children,
  action,
  code,
  className,
}: EmptyStateProps) {
  return (
    <div className={cn("mx-auto grid max-w-140 justify-items-center gap-3 px-4 py-10", className)}>
      {Icon ? <Icon className="size-5 text-muted-foreground" aria-hidden /> : null}
      <div className="grid gap-1 text-center">
        <p className="font-semibold text-base">{title}</p>
        {children ? <div className="text-muted-foreground">{children}</div> : null}
      </div>
      {action}
      {code ? <div className="mt-3 w-full min-w-0">{code}</div> : null}
    </div>
  );
}

import { ChevronRight } from "lucide-react";
import Link from "next/link";
import type * as React from "react";
import { cn } from "@/components/cn";

function Breadcrumb({ className, children, ...props }: React.ComponentProps<"nav">) {
  return (
    <nav aria-label="Breadcrumb" className={className} {...props}>
      <ol className="flex flex-wrap items-center gap-1 text-muted-foreground text-xs">
        {children}
      </ol>
    </nav>
  );
}

function BreadcrumbLink({ className, ...props }: React.ComponentProps<typeof Link>) {
  return (
    <li className="inline-flex items-center gap-1">
      <Link
        className={cn(
          "inline-flex min-h-6 items-center rounded-sm hover:text-foreground hover:underline",
          className,
        )}
        {...props}
      />
      <ChevronRight className="size-3" aria-hidden />
    </li>
  );
}

function BreadcrumbPage({ className, ...props }: React.ComponentProps<"li">) {
  return (
    <li
      aria-current="page"
      className={cn("inline-flex min-h-6 items-center text-foreground", className)}
      {...props}
    />
  );
}

export { Breadcrumb, BreadcrumbLink, BreadcrumbPage };

"use client";

import { useRouter } from "next/navigation";
import type { ReactNode } from "react";
import { cn } from "@/components/cn";
import { useShortcut } from "@/components/layout/shortcuts";
import { requestLeave } from "@/components/leave-guard";
import { Breadcrumb, BreadcrumbLink, BreadcrumbPage } from "@/components/ui/breadcrumb";

type PageHeaderProps = {
  /** The page's one `h1`. */
  title: ReactNode;
  /** One line under the title. */
  description?: ReactNode;
  /** The way here, from the list downwards; Esc goes to the last of them. */
  parents?: readonly { label: string; href: string }[] | undefined;
  /** What the breadcrumb calls this page; needed when the title is not plain text. */
  current?: string | undefined;
  /** Chips beside the title: status, id. */
  meta?: ReactNode;
  /** Buttons; below 768 px they stand in a bar at the foot of the screen. */
  actions?: ReactNode;
  className?: string | undefined;
};

/** The head of every page: where it is, what it is, what can be done. */
export function PageHeader({
  title,
  description,
  parents = [],
  current,
  meta,
  actions,
  className,
}: PageHeaderProps) {
  const router = useRouter();
  const parent = parents.at(-1);
  useShortcut(
    parent
      ? {
          keys: "Escape",
          label: `Back to ${parent.label}`,
          group: "On this page",
          run: () => requestLeave(() => router.push(parent.href)),
        }
      : null,
  );
  return (
    <header className={cn("mb-5 grid gap-1", className)}>
      {parents.length > 0 ? (
        <Breadcrumb>
          {parents.map(({ label, href }) => (
            <BreadcrumbLink key={href} href={href}>
              {label}
            </BreadcrumbLink>
          ))}
          <BreadcrumbPage>{current ?? title}</BreadcrumbPage>
        </Breadcrumb>
      ) : null}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <div className="min-w-0 flex-1 basis-80">
          <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1">
            <h1 className="min-w-0 break-words font-semibold text-xl">{title}</h1>
            {meta}
          </div>
          {description ? (
            <div className="mt-0.5 text-muted-foreground text-sm">{description}</div>
          ) : null}
        </div>
        {actions ? (
          <div className="flex items-center gap-2 max-md:fixed max-md:inset-x-0 max-md:bottom-0 max-md:z-30 max-md:justify-end max-md:border-t max-md:bg-surface max-md:px-4 max-md:py-2">
            {actions}
          </div>
        ) : null}
      </div>
    </header>
  );
}

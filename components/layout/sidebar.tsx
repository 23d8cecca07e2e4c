"use client";

import { BookOpen, Lock, Search } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { cn } from "@/components/cn";
import { useDisplayClock } from "@/components/display-clock";
import { Kbd } from "@/components/kbd";
import { type NavigationEntry, navigation, placePath } from "@/components/layout/navigation";
import { PlaceSwitch } from "@/components/layout/place-switch";
import type { ShellPlace } from "@/components/layout/shell-types";
import { ThemeToggle } from "@/components/layout/theme-toggle";
import { UserMenu } from "@/components/layout/user-menu";
import { Logo } from "@/components/logo";

type SidebarProps = {
  place: ShellPlace;
  folded?: boolean | undefined;
  onOpenPalette: () => void;
  onShowShortcuts: () => void;
  onSignOut: () => void;
  /** Closes the sheet that holds the sidebar on a phone. */
  onNavigate?: (() => void) | undefined;
};

/** The shell's navigation: place, search, pages, account. */
export function Sidebar({ place, folded = false, onNavigate, ...actions }: SidebarProps) {
  const { zone } = useDisplayClock();
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="grid gap-1 p-2">
        <div className={cn("flex h-8 items-center gap-2", folded ? "justify-center" : "px-2")}>
          <Logo className="size-5" />
          <span className={cn("font-semibold text-base", folded && "sr-only")}>Windfall</span>
        </div>
        <PlaceSwitch place={place} folded={folded} />
        <button
          type="button"
          onClick={actions.onOpenPalette}
          aria-label="Search and commands"
          aria-keyshortcuts="Control+K Meta+K"
          className={cn(
            "mt-1 flex h-8 items-center gap-2 rounded-md border border-control bg-surface px-2 text-muted-foreground hover:bg-raised",
            folded && "justify-center",
          )}
        >
          <Search className="size-4 shrink-0" aria-hidden />
          <span className={cn(folded && "sr-only")}>Search</span>
          {folded ? null : (
            <span className="ml-auto flex gap-0.5" aria-hidden>
              <Kbd>Ctrl K</Kbd>
            </span>
          )}
        </button>
      </div>
      <nav aria-label="Main" className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
        {navigation.map((group) => (
          <div key={group.heading ?? "top"} className="mt-2">
            {group.heading ? (
              <h2
                className={cn(
                  "px-2 py-1 font-medium text-subtle-foreground text-xs",
                  folded && "sr-only",
                )}
              >
                {group.heading}
              </h2>
            ) : null}
            <ul className="grid gap-0.5">
              {group.entries.map((entry) => (
                <li key={entry.key}>
                  <SidebarLink
                    entry={entry}
                    place={place}
                    folded={folded}
                    onNavigate={onNavigate}
                  />
                </li>
              ))}
              {group.heading === "Build" ? (
                <li>
                  <ReferenceLink folded={folded} />
                </li>
              ) : null}
            </ul>
          </div>
        ))}
      </nav>
      <div className="border-t p-2">
        <div className={cn("flex gap-1", folded && "flex-col items-center")}>
          <UserMenu
            user={place.user}
            version={place.version}
            onShowShortcuts={actions.onShowShortcuts}
            onSignOut={actions.onSignOut}
            folded={folded}
          />
          <ThemeToggle />
        </div>
        <p className={cn("truncate px-2 pt-1 text-subtle-foreground text-xs", folded && "sr-only")}>
          Times in {zone.replaceAll("_", " ")} · v{place.version}
        </p>
      </div>
    </div>
  );
}

const linkClasses =
  "flex h-8 items-center gap-2 rounded-md px-2 text-muted-foreground hover:bg-raised hover:text-foreground aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent";

/** The reference belongs to the installation, not to a place in it, so it stands in a page of its own. */
function ReferenceLink({ folded }: { folded: boolean }) {
  return (
    <a
      href="/docs"
      title={folded ? "API reference" : undefined}
      className={cn(linkClasses, folded && "justify-center")}
    >
      <BookOpen className="size-4 shrink-0" aria-hidden />
      <span className={cn("truncate", folded && "sr-only")}>API reference</span>
    </a>
  );
}

type SidebarLinkProps = {
  entry: NavigationEntry;
  place: ShellPlace;
  folded: boolean;
  onNavigate: (() => void) | undefined;
};

function SidebarLink({ entry, place, folded, onNavigate }: SidebarLinkProps) {
  const pathname = usePathname();
  const base = placePath({
    organization: place.organization.slug,
    environment: place.environment.slug,
  });
  const href = `${base}/${entry.path}`;
  const current = pathname === href || pathname.startsWith(`${href}/`);
  const locked = place.lockedPages.includes(entry.key);
  const Icon = entry.icon;
  return (
    <Link
      href={href}
      aria-current={current ? "page" : undefined}
      title={folded ? entry.label : undefined}
      {...(onNavigate ? { onClick: onNavigate } : {})}
      className={cn(linkClasses, folded && "justify-center")}
    >
      <Icon className="size-4 shrink-0" aria-hidden />
      <span className={cn("truncate", folded && "sr-only")}>{entry.label}</span>
      {locked ? (
        <span className={cn("ml-auto", folded && "sr-only")}>
          <Lock className="size-3.5" aria-hidden />
          <span className="sr-only">(locked for your role)</span>
        </span>
      ) : null}
    </Link>
  );
}

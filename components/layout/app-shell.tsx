"use client";

import { CircleDot, FlaskConical, Menu, Search } from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { cn } from "@/components/cn";
import { CommandPalette } from "@/components/layout/command-palette";
import { KeyboardShortcuts } from "@/components/layout/keyboard-shortcuts";
import { navigation, pathInEnvironment, placePath } from "@/components/layout/navigation";
import { NavigationShortcuts } from "@/components/layout/navigation-shortcuts";
import type { PaletteGroup, PaletteSearch } from "@/components/layout/palette-commands";
import { SandboxStrip } from "@/components/layout/sandbox-strip";
import type { ShellPlace } from "@/components/layout/shell-types";
import { Sidebar } from "@/components/layout/sidebar";
import { useLocalSetting } from "@/components/layout/use-local-setting";
import { requestLeave } from "@/components/leave-guard";
import { Button } from "@/components/ui/button";
import { Sheet, SheetContent, SheetDescription, SheetTitle } from "@/components/ui/sheet";

type AppShellProps = {
  place: ShellPlace;
  /** Finds records for the palette; keep its identity stable between renders. */
  search: PaletteSearch;
  /** Verbs that fit every page, such as "New customer". */
  verbs?: PaletteGroup | undefined;
  onSignOut: () => void;
  children: ReactNode;
};

/** The frame of every signed-in page: strip, sidebar, palette, shortcuts, and the page itself. */
export function AppShell({ place, search, verbs, onSignOut, children }: AppShellProps) {
  const [paletteOpen, setPaletteOpen] = useState(false);
  const [helpOpen, setHelpOpen] = useState(false);
  const [menuOpen, setMenuOpen] = useState(false);
  const [sidebar, setSidebar] = useLocalSetting("windfall:sidebar", "open");
  const groups = usePageGroups(place);
  const folded = sidebar === "folded";
  const sandbox = !place.environment.live;
  const base = placePath({
    organization: place.organization.slug,
    environment: place.environment.slug,
  });
  const placeName = `${place.organization.name}, ${place.environment.name}`;
  const actions = {
    onOpenPalette: () => {
      setMenuOpen(false);
      setPaletteOpen(true);
    },
    onShowShortcuts: () => {
      setMenuOpen(false);
      setHelpOpen(true);
    },
    onSignOut,
  };

  return (
    <>
      <NavigationShortcuts
        base={base}
        onToggleSidebar={() => setSidebar(folded ? "open" : "folded")}
        onSearch={actions.onOpenPalette}
      />
      <a
        href="#content"
        className="sr-only rounded-md bg-accent font-medium text-accent-foreground focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:px-3 focus:py-2"
      >
        Skip to content
      </a>
      {sandbox ? <SandboxStrip name={place.environment.name} /> : null}
      <div
        className={cn(
          "md:grid",
          sandbox ? "[--shell-top:1.5rem]" : "[--shell-top:0px]",
          folded ? "md:grid-cols-[4.5rem_1fr]" : "md:grid-cols-[14.5rem_1fr]",
        )}
      >
        <aside
          aria-label="Sidebar"
          className={cn(
            "sticky border-r bg-surface max-md:hidden",
            sandbox ? "top-6 h-[calc(100dvh-1.5rem)]" : "top-0 h-dvh",
          )}
        >
          <Sidebar place={place} folded={folded} {...actions} />
        </aside>
        <div className="min-w-0">
          <TopBar place={place} onOpenMenu={() => setMenuOpen(true)} {...actions} />
          <main
            id="content"
            tabIndex={-1}
            className="mx-auto w-full max-w-360 px-4 pt-5 pb-20 md:px-6 md:pb-10"
          >
            {children}
          </main>
        </div>
      </div>
      <Sheet open={menuOpen} onOpenChange={setMenuOpen}>
        <SheetContent side="left">
          <SheetTitle className="sr-only">Menu</SheetTitle>
          <SheetDescription className="sr-only">Pages of {placeName}</SheetDescription>
          <Sidebar place={place} onNavigate={() => setMenuOpen(false)} {...actions} />
        </SheetContent>
      </Sheet>
      <KeyboardShortcuts helpOpen={helpOpen} onHelpOpenChange={setHelpOpen} />
      <CommandPalette
        open={paletteOpen}
        onOpenChange={setPaletteOpen}
        groups={verbs ? [verbs, ...groups] : groups}
        search={search}
        placePath={base}
        placeName={placeName}
      />
    </>
  );
}

type TopBarProps = { place: ShellPlace; onOpenMenu: () => void; onOpenPalette: () => void };

function TopBar({ place, onOpenMenu, onOpenPalette }: TopBarProps) {
  return (
    <header
      className={cn(
        "sticky z-30 flex h-12 items-center gap-2 border-b bg-surface px-2 md:hidden",
        place.environment.live ? "top-0" : "top-6",
      )}
    >
      <Button variant="ghost" size="icon" aria-label="Open menu" onClick={onOpenMenu}>
        <Menu aria-hidden />
      </Button>
      <p className="min-w-0 flex-1 truncate">
        <span className="font-semibold">{place.organization.name}</span>
        <span className="text-muted-foreground"> · {place.environment.name}</span>
      </p>
      <Button variant="ghost" size="icon" aria-label="Search and commands" onClick={onOpenPalette}>
        <Search aria-hidden />
      </Button>
    </header>
  );
}

function usePageGroups(place: ShellPlace): readonly PaletteGroup[] {
  const router = useRouter();
  const pathname = usePathname();
  const here = { organization: place.organization.slug, environment: place.environment.slug };
  const others = place.environments.filter(({ slug }) => slug !== here.environment);
  return [
    {
      heading: "Pages",
      commands: navigation
        .flatMap((group) => group.entries)
        .map(({ key, label, path, icon, keys }) => ({
          id: key,
          label,
          icon,
          keys,
          keywords: "go to open",
          run: () => requestLeave(() => router.push(`${placePath(here)}/${path}`)),
        })),
    },
    {
      heading: "Environment",
      commands: others.map(({ slug, name, live }) => ({
        id: slug,
        label: `Open in ${name}`,
        icon: live ? CircleDot : FlaskConical,
        keywords: "switch environment sandbox live",
        run: () => requestLeave(() => router.push(pathInEnvironment(pathname, here, slug))),
      })),
    },
  ];
}

"use client";

import { CircleUserRound, Keyboard, LogOut } from "lucide-react";
import { cn } from "@/components/cn";
import { useDisplayClock } from "@/components/display-clock";
import type { ShellUser } from "@/components/layout/shell-types";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";

type UserMenuProps = {
  user: ShellUser;
  version: string;
  onShowShortcuts: () => void;
  onSignOut: () => void;
  folded?: boolean | undefined;
};

/** Who is signed in, the display zone, the shortcuts, the version, and the way out. */
export function UserMenu({ user, version, onShowShortcuts, onSignOut, folded }: UserMenuProps) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger
        aria-label={`Account: ${user.name}`}
        className={cn(
          "flex h-8 min-w-0 items-center gap-2 rounded-md px-2 text-start hover:bg-raised",
          !folded && "flex-1",
        )}
      >
        <CircleUserRound className="size-4 shrink-0 text-muted-foreground" aria-hidden />
        <span className={cn("truncate", folded && "sr-only")}>{user.name}</span>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start" side="top" className="w-64">
        <div className="px-2 py-1.5">
          <p className="truncate font-medium">{user.name}</p>
          <p className="truncate text-muted-foreground text-xs">{user.email}</p>
          <p className="text-muted-foreground text-xs">Role: {user.role}</p>
        </div>
        <DropdownMenuSeparator />
        <ZoneChoice />
        <DropdownMenuSeparator />
        <DropdownMenuItem onSelect={onShowShortcuts}>
          <Keyboard aria-hidden /> Keyboard shortcuts
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={onSignOut}>
          <LogOut aria-hidden /> Sign out
        </DropdownMenuItem>
        <DropdownMenuSeparator />
        <p className="px-2 py-1 text-muted-foreground text-xs">Windfall {version}</p>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

function ZoneChoice() {
  const { zone, setZone } = useDisplayClock();
  const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [...new Set(["UTC", browserZone, zone])];
  return (
    <>
      <DropdownMenuLabel>Show times in</DropdownMenuLabel>
      <DropdownMenuRadioGroup value={zone} onValueChange={setZone}>
        {zones.map((candidate) => (
          <DropdownMenuRadioItem key={candidate} value={candidate}>
            {candidate.replaceAll("_", " ")}
            {candidate === browserZone && candidate !== "UTC" ? (
              <span className="text-muted-foreground"> (this browser)</span>
            ) : null}
          </DropdownMenuRadioItem>
        ))}
      </DropdownMenuRadioGroup>
    </>
  );
}

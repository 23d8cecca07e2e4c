"use client";

import { signOut } from "next-auth/react";
import type { ReactNode } from "react";
import { AppShell } from "@/components/layout/app-shell";
import type { ShellPlace } from "@/components/layout/shell-types";
import { useFindRecords } from "./use-find-records";

/** The frame with its two wires to the server: the palette's search, and the way out. */
export function Shell({ place, children }: { place: ShellPlace; children: ReactNode }) {
  const search = useFindRecords();
  const leave = async () => {
    await signOut({ redirect: false });
    window.location.assign("/sign-in");
  };
  return (
    <AppShell place={place} search={search} onSignOut={() => void leave()}>
      {children}
    </AppShell>
  );
}

"use client";

import { ThemeProvider as NextThemeProvider, useTheme } from "next-themes";
import type { ReactNode } from "react";
import { useShortcut } from "@/components/layout/shortcuts";

type ThemeProviderProps = {
  /** Of the page's content security policy: the script that sets the theme before paint is inline. */
  nonce: string | undefined;
  children: ReactNode;
};

/** Light, dark, or as the system says; decided before the first paint, so that nothing flashes. */
export function ThemeProvider({ nonce, children }: ThemeProviderProps) {
  return (
    <NextThemeProvider
      attribute="class"
      defaultTheme="system"
      enableSystem
      disableTransitionOnChange
      {...(nonce ? { nonce } : {})}
    >
      <ThemeShortcut />
      {children}
    </NextThemeProvider>
  );
}

function ThemeShortcut() {
  const { resolvedTheme, setTheme } = useTheme();
  useShortcut({
    keys: "t",
    label: "Switch between light and dark",
    group: "Everywhere",
    run: () => setTheme(resolvedTheme === "dark" ? "light" : "dark"),
  });
  return null;
}

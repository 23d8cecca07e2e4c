import "./globals.css";

import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";
import { displayZone } from "@/app/display-zone";
import { fontVariables } from "@/app/fonts";
import { rememberZone } from "@/app/remember-zone";
import { DisplayClockProvider } from "@/components/display-clock";
import { ThemeProvider } from "@/components/layout/theme-provider";
import { LiveRegion } from "@/components/live-region";
import { Toaster } from "@/components/ui/sonner";
import { TooltipProvider } from "@/components/ui/tooltip";
import { wallNow } from "@/server/platform/clock";

export const metadata: Metadata = {
  title: { default: "Windfall", template: "%s · Windfall" },
  description: "Pricing, entitlements and billing with a ledger behind every balance.",
  icons: { icon: "/favicon.svg" },
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fafaf8" },
    { media: "(prefers-color-scheme: dark)", color: "#0f1211" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // The proxy makes a nonce for each request and puts it here for the scripts of this page.
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  return (
    <html lang="en" className={fontVariables} suppressHydrationWarning>
      <body>
        <ThemeProvider nonce={nonce}>
          <NuqsAdapter>
            <DisplayClockProvider
              now={wallNow().getTime()}
              zone={await displayZone()}
              rememberZone={rememberZone}
            >
              <TooltipProvider delayDuration={300}>{children}</TooltipProvider>
            </DisplayClockProvider>
          </NuqsAdapter>
          <Toaster />
          <LiveRegion />
        </ThemeProvider>
      </body>
    </html>
  );
}

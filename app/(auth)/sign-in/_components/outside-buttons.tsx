"use client";

import { signIn } from "next-auth/react";
import { useState } from "react";
import { Button } from "@/components/ui/button";

/** The ways to sign in that this installation has beside a password. */
export type OutsideWays = { emailLink: boolean; github: boolean; google: boolean };

type OutsideButtonsProps = { ways: OutsideWays; next: string; onSendLink: () => Promise<void> };

/** The ways to sign in beside a password; nothing where this installation has none. */
export function OutsideButtons({ ways, next, onSendLink }: OutsideButtonsProps) {
  const [pending, setPending] = useState<string | null>(null);
  if (!ways.emailLink && !ways.github && !ways.google) return null;
  const run = (name: string, action: () => Promise<unknown>) => () => {
    setPending(name);
    void action().finally(() => setPending(null));
  };
  return (
    <div className="grid gap-2 border-t pt-4">
      {ways.emailLink ? (
        <Button pending={pending === "link"} onClick={run("link", onSendLink)}>
          E-mail me a link
        </Button>
      ) : null}
      {ways.github ? (
        <Button
          pending={pending === "github"}
          onClick={run("github", () => signIn("github", { callbackUrl: next }))}
        >
          Continue with GitHub
        </Button>
      ) : null}
      {ways.google ? (
        <Button
          pending={pending === "google"}
          onClick={run("google", () => signIn("google", { callbackUrl: next }))}
        >
          Continue with Google
        </Button>
      ) : null}
    </div>
  );
}

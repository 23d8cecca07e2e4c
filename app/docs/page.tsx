import type { Metadata } from "next";
import Link from "next/link";
import { ThemeToggle } from "@/components/layout/theme-toggle";
import { Logo } from "@/components/logo";
import { ApiReference } from "./_components/api-reference";

export const metadata: Metadata = {
  title: "API reference",
  description: "Every operation of the API, from the document that describes it.",
};

/** The browsable form of `/v1/openapi.json`, open to everybody who reaches this installation. */
export default function DocsPage() {
  return (
    <>
      <header>
        <div className="flex h-12 items-center gap-3 border-b bg-surface px-4">
          <Link href="/" className="flex items-center gap-2 rounded-sm font-semibold text-base">
            <Logo className="size-5" />
            Windfall
          </Link>
          <span className="flex-1" />
          <a
            href="/v1/openapi.json"
            className="rounded-sm text-sm underline underline-offset-4 hover:text-accent"
          >
            openapi.json
          </a>
          <ThemeToggle />
        </div>
        <div className="mx-auto w-full max-w-280 px-4 pt-5">
          <h1 className="font-semibold text-xl">API reference</h1>
          <p className="mt-0.5 max-w-160 text-muted-foreground">
            One POST request for each operation, with a secret key. Press Authorize to put your key
            in; “Try it out” then sends real requests to the environment of that key.
          </p>
          <h2 className="sr-only">Operations</h2>
        </div>
      </header>
      <div className="mx-auto w-full max-w-280 px-4 pt-5 pb-10">
        <ApiReference />
      </div>
    </>
  );
}

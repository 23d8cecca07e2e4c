import type { Metadata } from "next";
import Link from "next/link";
import { Logo } from "@/components/logo";
import { buttonVariants } from "@/components/ui/button";

export const metadata: Metadata = { title: "Not found" };

/** For addresses that lead nowhere, and for organizations that are not one's own: the same page. */
export default function NotFound() {
  return (
    <main className="mx-auto grid min-h-dvh max-w-104 content-center justify-items-start gap-4 px-4 py-10">
      <Logo />
      <h1 className="font-semibold text-xl">There is nothing here</h1>
      <p className="text-base text-muted-foreground">
        The address is wrong, or it belongs to an organization that you are not a member of.
      </p>
      <Link href="/" className={buttonVariants({ variant: "primary" })}>
        Go to the start page
      </Link>
    </main>
  );
}

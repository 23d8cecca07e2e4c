"use client";

import { ErrorPanel } from "@/components/error-panel";

type Props = { error: Error & { digest?: string }; reset: () => void };

/** When not even the frame of a page could be made, such as while the database is away. */
export default function PageError({ error, reset }: Props) {
  return (
    <main className="mx-auto grid min-h-dvh max-w-140 content-center px-4 py-10">
      <h1 className="sr-only">Something went wrong</h1>
      <ErrorPanel
        title="The page could not be shown"
        message="Something went wrong on our side. Try again in a moment."
        requestId={error.digest}
        onRetry={reset}
      />
    </main>
  );
}

"use client";

import { ErrorPanel } from "@/components/error-panel";

type Props = { error: Error & { digest?: string }; reset: () => void };

/** A page that failed as a whole; the frame around it goes on. */
export default function PlaceError({ error, reset }: Props) {
  return (
    <>
      <h1 className="sr-only">Something went wrong</h1>
      <ErrorPanel
        title="The page could not be shown"
        message="Something went wrong on our side. Try again in a moment."
        requestId={error.digest}
        onRetry={reset}
      />
    </>
  );
}

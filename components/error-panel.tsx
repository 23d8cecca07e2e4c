"use client";

import { CircleAlert, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { CopyId } from "@/components/copy-id";
import { Alert, AlertDescription, AlertTitle } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";

type ErrorPanelProps = {
  /** What could not be done: "The customers could not be loaded". */
  title: string;
  /** The plain cause, as the server worded it. */
  message: string;
  requestId?: string | undefined;
  onRetry?: (() => void) | undefined;
  retrying?: boolean | undefined;
  /** Other ways on, such as "Look in sandbox". */
  children?: ReactNode;
  className?: string | undefined;
};

/** The failure of one section; the rest of the page goes on. */
export function ErrorPanel({
  title,
  message,
  requestId,
  onRetry,
  retrying = false,
  children,
  className,
}: ErrorPanelProps) {
  return (
    <Alert tone="danger" role="alert" className={className}>
      <CircleAlert aria-hidden />
      <AlertTitle>{title}</AlertTitle>
      <AlertDescription className="grid gap-2">
        <p>{message}</p>
        {requestId ? (
          <p className="flex min-w-0 flex-wrap items-center gap-2 text-muted-foreground">
            Request <CopyId id={requestId} name="Request ID" className="bg-surface" />
          </p>
        ) : null}
        {onRetry || children ? (
          <div className="flex flex-wrap gap-2">
            {onRetry ? (
              <Button size="sm" onClick={onRetry} pending={retrying}>
                {retrying ? null : <RotateCw aria-hidden />}
                Retry
              </Button>
            ) : null}
            {children}
          </div>
        ) : null}
      </AlertDescription>
    </Alert>
  );
}

"use client";

import { CircleAlert } from "lucide-react";
import { useFormContext } from "react-hook-form";
import { CopyId } from "@/components/copy-id";
import { listErrors } from "@/components/forms/list-errors";
import { Alert, AlertDescription, AlertTitle } from "@/components/ui/alert";

function focusField(path: string): void {
  document.querySelector<HTMLElement>(`[data-field="${CSS.escape(path)}"]`)?.focus();
}

/** The failure of the whole form, as the server worded it. */
export type FormFailure = { message: string; requestId?: string | undefined };

type ErrorSummaryProps = { failure?: FormFailure | null | undefined };

/** What keeps the form from being saved: the server's refusal, and the fields to mend. */
export function ErrorSummary({ failure }: ErrorSummaryProps) {
  const { formState } = useFormContext();
  const errors = formState.submitCount > 0 ? listErrors(formState.errors) : [];
  if (!failure && errors.length === 0) return null;
  return (
    <Alert tone="danger" role={failure ? "alert" : undefined}>
      <CircleAlert aria-hidden />
      <AlertTitle>
        {failure
          ? "This was not saved"
          : errors.length === 1
            ? "One field needs a change"
            : `${errors.length} fields need a change`}
      </AlertTitle>
      <AlertDescription>
        {failure ? <p>{failure.message}</p> : null}
        {failure?.requestId ? (
          <p className="mt-1 flex items-center gap-2 text-muted-foreground">
            Request <CopyId id={failure.requestId} name="Request ID" className="bg-surface" />
          </p>
        ) : null}
        <ul>
          {errors.map(({ path, message }) => (
            <li key={path}>
              <button
                type="button"
                onClick={() => focusField(path)}
                className="min-h-6 text-start underline underline-offset-2"
              >
                {message}
              </button>
            </li>
          ))}
        </ul>
      </AlertDescription>
    </Alert>
  );
}

"use client";

import type { ReactNode } from "react";
import type { FieldValues, UseFormReturn } from "react-hook-form";
import { ErrorSummary, type FormFailure } from "@/components/forms/error-summary";
import { RecordForm, SubmitButton } from "@/components/forms/record-form";
import { GuardedButton } from "@/components/guarded-button";
import { Button } from "@/components/ui/button";
import { SheetBody, SheetFooter } from "@/components/ui/sheet";

type SheetFormProps<Values extends FieldValues, Context, Output> = {
  form: UseFormReturn<Values, Context, Output>;
  onSubmit: (values: Output) => Promise<void> | void;
  onCancel: () => void;
  /** What saving does: "Create feature", "Grant 500". */
  verb: ReactNode;
  failure?: FormFailure | null | undefined;
  /** Why this cannot be saved at all, for those who may only look. */
  reason?: string | null | undefined;
  children: ReactNode;
};

/** The form of a sheet: fields that scroll, and below them the buttons, always in view. */
export function SheetForm<Values extends FieldValues, Context, Output>({
  form,
  onSubmit,
  onCancel,
  verb,
  failure,
  reason,
  children,
}: SheetFormProps<Values, Context, Output>) {
  return (
    <RecordForm
      form={form}
      onSubmit={reason ? () => undefined : onSubmit}
      className="flex min-h-0 max-w-none flex-1 flex-col gap-0"
    >
      <SheetBody>
        <ErrorSummary failure={failure} />
        {children}
      </SheetBody>
      <SheetFooter>
        <Button onClick={onCancel}>Cancel</Button>
        {reason ? (
          <GuardedButton variant="primary" reason={reason}>
            {verb}
          </GuardedButton>
        ) : (
          <SubmitButton>{verb}</SubmitButton>
        )}
      </SheetFooter>
    </RecordForm>
  );
}

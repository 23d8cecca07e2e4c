"use client";

import { type FormEvent, type KeyboardEvent, type ReactNode, useRef } from "react";
import { type FieldValues, type UseFormReturn, useFormContext } from "react-hook-form";
import { cn } from "@/components/cn";
import { Button, type ButtonProps } from "@/components/ui/button";
import { Form } from "@/components/ui/form";

type RecordFormProps<Values extends FieldValues, Context, Output> = {
  form: UseFormReturn<Values, Context, Output>;
  onSubmit: (values: Output) => Promise<void> | void;
  children: ReactNode;
  /** For a submit button outside the form, such as in a sheet's footer. */
  id?: string | undefined;
  className?: string | undefined;
};

/**
 * A form over `react-hook-form`: checked on submit with the first wrong field in focus, sent by
 * Enter or, from a text area, by ⌘↵ or Ctrl+Enter, and never sent twice at once.
 */
export function RecordForm<Values extends FieldValues, Context, Output>({
  form,
  onSubmit,
  children,
  id,
  className,
}: RecordFormProps<Values, Context, Output>) {
  const sending = useRef(false);

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    // A form in a dialog bubbles through React's tree to the form below the dialog.
    event.stopPropagation();
    if (sending.current) return;
    sending.current = true;
    try {
      await form.handleSubmit(onSubmit)(event);
    } finally {
      sending.current = false;
    }
  }

  function onKeyDown(event: KeyboardEvent<HTMLFormElement>): void {
    if (event.defaultPrevented || event.key !== "Enter") return;
    if (!event.metaKey && !event.ctrlKey) return;
    event.preventDefault();
    event.currentTarget.requestSubmit();
  }

  return (
    <Form {...form}>
      <form
        id={id}
        noValidate
        onSubmit={(event) => void submit(event)}
        onKeyDown={onKeyDown}
        className={cn("grid max-w-140 content-start gap-4", className)}
      >
        {children}
      </form>
    </Form>
  );
}

/** The button that sends the form around it; it spins, and ignores presses, while it is sent. */
export function SubmitButton(props: ButtonProps) {
  const { formState } = useFormContext();
  return <Button variant="primary" {...props} type="submit" pending={formState.isSubmitting} />;
}

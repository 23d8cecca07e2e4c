"use client";

import { CircleAlert } from "lucide-react";
import { Slot } from "radix-ui";
import * as React from "react";
import {
  Controller,
  type ControllerProps,
  type FieldPath,
  type FieldValues,
  FormProvider,
  useFormContext,
  useFormState,
} from "react-hook-form";
import { cn } from "@/components/cn";
import { Label } from "@/components/ui/label";

const Form = FormProvider;

const FieldNameContext = React.createContext<string | null>(null);
const FieldIdContext = React.createContext<string | null>(null);

function FormField<
  Values extends FieldValues = FieldValues,
  Name extends FieldPath<Values> = FieldPath<Values>,
>(props: ControllerProps<Values, Name>) {
  return (
    <FieldNameContext.Provider value={props.name}>
      <Controller {...props} />
    </FieldNameContext.Provider>
  );
}

function useFormField() {
  const name = React.useContext(FieldNameContext);
  const id = React.useContext(FieldIdContext);
  if (name === null || id === null) {
    throw new Error("A form part must stand inside <FormField> and <FormItem>.");
  }
  const { getFieldState } = useFormContext();
  const state = getFieldState(name, useFormState({ name }));
  return { name, id, hintId: `${id}-hint`, errorId: `${id}-error`, error: state.error };
}

function FormItem({ className, ...props }: React.ComponentProps<"div">) {
  const id = React.useId();
  return (
    <FieldIdContext.Provider value={id}>
      <div className={cn("grid min-w-0 content-start gap-1.5", className)} {...props} />
    </FieldIdContext.Provider>
  );
}

type FormLabelProps = React.ComponentProps<typeof Label> & { optional?: boolean | undefined };

function FormLabel({ className, optional = false, children, ...props }: FormLabelProps) {
  const { id } = useFormField();
  return (
    <Label htmlFor={id} className={className} {...props}>
      {children}
      {optional ? <span className="font-normal text-muted-foreground"> (optional)</span> : null}
    </Label>
  );
}

/** Gives its only child the id, the description and the invalid state of the field. */
function FormControl(props: React.ComponentProps<typeof Slot.Root>) {
  const { name, id, hintId, errorId, error } = useFormField();
  return (
    <Slot.Root
      id={id}
      data-field={name}
      aria-describedby={error ? `${errorId} ${hintId}` : hintId}
      aria-invalid={error ? true : undefined}
      {...props}
    />
  );
}

function FormDescription({ className, ...props }: React.ComponentProps<"p">) {
  const { hintId } = useFormField();
  return <p id={hintId} className={cn("text-muted-foreground text-sm", className)} {...props} />;
}

function FormMessage({ className, children, ...props }: React.ComponentProps<"p">) {
  const { errorId, error } = useFormField();
  const text = error?.message ?? children;
  if (!text) return null;
  return (
    <p id={errorId} className={cn("flex gap-1.5 text-danger text-sm", className)} {...props}>
      <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
      <span>{text}</span>
    </p>
  );
}

export {
  Form,
  FormControl,
  FormDescription,
  FormField,
  FormItem,
  FormLabel,
  FormMessage,
  useFormField,
};

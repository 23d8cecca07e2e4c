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

type FieldItem = {
  id: string;
  hasHint: boolean;
  setHasHint: (hasHint: boolean) => void;
};

const FieldItemContext = React.createContext<FieldItem | null>(null);

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
  const item = React.useContext(FieldItemContext);
  if (name === null || item === null) {
    throw new Error("A form part must stand inside <FormField> and <FormItem>.");
  }
  const { getFieldState } = useFormContext();
  const state = getFieldState(name, useFormState({ name }));
  const { id } = item;
  return { ...item, name, hintId: `${id}-hint`, errorId: `${id}-error`, error: state.error };
}

function FormItem({ className, ...props }: React.ComponentProps<"div">) {
  const id = React.useId();
  const [hasHint, setHasHint] = React.useState(false);
  const item = React.useMemo(() => ({ id, hasHint, setHasHint }), [id, hasHint]);
  return (
    <FieldItemContext.Provider value={item}>
      <div className={cn("grid min-w-0 content-start gap-1.5", className)} {...props} />
    </FieldItemContext.Provider>
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
  const { name, id, hasHint, hintId, errorId, error } = useFormField();
  const described = [error ? errorId : null, hasHint ? hintId : null].filter(Boolean).join(" ");
  return (
    <Slot.Root
      id={id}
      data-field={name}
      aria-describedby={described || undefined}
      aria-invalid={error ? true : undefined}
      {...props}
    />
  );
}

function FormDescription({ className, ...props }: React.ComponentProps<"p">) {
  const { hintId, setHasHint } = useFormField();
  React.useEffect(() => {
    setHasHint(true);
    return () => setHasHint(false);
  }, [setHasHint]);
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

"use client";

import { type ReactNode, useId, useState } from "react";
import { Button } from "@/components/ui/button";
import {
  Dialog,
  DialogContent,
  DialogDescription,
  DialogFooter,
  DialogHeader,
  DialogTitle,
} from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";

type ConfirmDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** A question: "Revoke this key?" */
  title: string;
  /** What happens, and what cannot be undone. */
  description: ReactNode;
  /** The verb on the button: "Revoke key". */
  verb: string;
  cancel?: string | undefined;
  tone?: "primary" | "danger" | undefined;
  /** For what is irreversible and live only: the name that must be typed first. */
  typeToConfirm?: string | undefined;
  pending?: boolean | undefined;
  onConfirm: () => void;
  /** Consequences in detail, or the error of a failed attempt. */
  children?: ReactNode;
};

/** Asks before something that cannot simply be taken back. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange}>
      <DialogContent role="alertdialog" closeButton={false}>
        <ConfirmBody {...props} />
      </DialogContent>
    </Dialog>
  );
}

function ConfirmBody({
  title,
  description,
  verb,
  cancel = "Cancel",
  tone = "primary",
  typeToConfirm,
  pending = false,
  onOpenChange,
  onConfirm,
  children,
}: ConfirmDialogProps) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const missing = typeToConfirm !== undefined && typed.trim() !== typeToConfirm;
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!missing && !pending) onConfirm();
      }}
    >
      <DialogHeader className="pr-0">
        <DialogTitle>{title}</DialogTitle>
        <DialogDescription>{description}</DialogDescription>
      </DialogHeader>
      {children}
      {typeToConfirm === undefined ? null : (
        <div className="grid gap-1.5">
          <Label htmlFor={id}>
            Type <span className="font-mono">{typeToConfirm}</span> to confirm
          </Label>
          <Input
            id={id}
            value={typed}
            autoComplete="off"
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
      )}
      <DialogFooter>
        <Button onClick={() => onOpenChange(false)}>{cancel}</Button>
        <Button type="submit" variant={tone} pending={pending} aria-disabled={missing || undefined}>
          {verb}
        </Button>
      </DialogFooter>
    </form>
  );
}

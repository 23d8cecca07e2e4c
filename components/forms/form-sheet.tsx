"use client";

import type { ReactNode } from "react";
import { requestLeave } from "@/components/leave-guard";
import {
  Sheet,
  SheetContent,
  SheetDescription,
  SheetHeader,
  SheetTitle,
} from "@/components/ui/sheet";

type FormSheetProps = {
  open: boolean;
  /** Runs when the sheet is left, after the user agreed to lose what was typed. */
  onClose: () => void;
  title: ReactNode;
  description?: ReactNode;
  /** A `SheetForm`; it is made anew each time the sheet opens. */
  children: ReactNode;
};

/** A sheet for one form. What `useUnsavedChanges` guards is not lost by Esc or a press beside it. */
export function FormSheet({ open, onClose, title, description, children }: FormSheetProps) {
  return (
    <Sheet
      open={open}
      onOpenChange={(opening) => {
        if (!opening) requestLeave(onClose);
      }}
    >
      <SheetContent {...(description ? {} : { "aria-describedby": undefined })}>
        <SheetHeader>
          <SheetTitle>{title}</SheetTitle>
          {description ? <SheetDescription>{description}</SheetDescription> : null}
        </SheetHeader>
        {children}
      </SheetContent>
    </Sheet>
  );
}

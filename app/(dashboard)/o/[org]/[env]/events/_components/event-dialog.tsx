"use client";

import { CodeBlock } from "@/components/code-block";
import {
  Dialog,
  DialogContent,
  DialogDescription,
  DialogHeader,
  DialogTitle,
} from "@/components/ui/dialog";
import type { EventRow } from "./event-types";

type EventDialogProps = {
  /** The event that the address names. */
  eventId: string | null;
  /** That event, if it is among those on the page. */
  event: EventRow | undefined;
  onClose: () => void;
};

/** One event as it was recorded, with what it took from which balance. */
export function EventDialog({ eventId, event, onClose }: EventDialogProps) {
  return (
    <Dialog
      open={eventId !== null}
      onOpenChange={(opening) => {
        if (!opening) onClose();
      }}
    >
      <DialogContent className="max-w-2xl">
        <DialogHeader>
          <DialogTitle>Event</DialogTitle>
          <DialogDescription>
            {event
              ? "As the API answers it; an event never changes once it is recorded."
              : "This event is not on the page. Change the range or the filters, or page on."}
          </DialogDescription>
        </DialogHeader>
        <CodeBlock title={eventId ?? "Event"} code={JSON.stringify(event ?? {}, null, 2)} />
      </DialogContent>
    </Dialog>
  );
}

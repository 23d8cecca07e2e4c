"use client";

import { useId, useState } from "react";
import { useDisplayClock } from "@/components/display-clock";
import { dateTimeField, instantOf } from "@/components/forms/zoned-time";
import { Input } from "@/components/ui/input";

type OwnRange = { start: number; end: number };

type RangeFieldsProps = { range: OwnRange; onChange: (range: OwnRange) => void };

/** A range of one's own, in the display zone; it counts once it ends after it starts. */
export function RangeFields({ range, onChange }: RangeFieldsProps) {
  const id = useId();
  const { zone } = useDisplayClock();
  const [refused, setRefused] = useState(false);

  function choose(change: Partial<Record<keyof OwnRange, string>>): void {
    const start = change.start === undefined ? range.start : instantOf(change.start, zone);
    const end = change.end === undefined ? range.end : instantOf(change.end, zone);
    const sound = start !== null && end !== null && start < end;
    setRefused(!sound);
    if (sound && (start !== range.start || end !== range.end)) onChange({ start, end });
  }

  const shared = {
    type: "datetime-local",
    className: "w-52",
    "aria-invalid": refused || undefined,
    "aria-describedby": `${id}-hint`,
  } as const;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Input
        {...shared}
        key={`start ${range.start}`}
        aria-label="From"
        defaultValue={dateTimeField(range.start, zone)}
        onBlur={({ target }) => choose({ start: target.value })}
      />
      <span className="text-muted-foreground">to</span>
      <Input
        {...shared}
        key={`end ${range.end}`}
        aria-label="Until"
        defaultValue={dateTimeField(range.end, zone)}
        onBlur={({ target }) => choose({ end: target.value })}
      />
      <span id={`${id}-hint`} className={refused ? "text-danger" : "text-muted-foreground"}>
        {refused ? "It must end after it starts." : zone.replaceAll("_", " ")}
      </span>
    </div>
  );
}

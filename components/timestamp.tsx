"use client";

import { cn } from "@/components/cn";
import { useDisplayClock } from "@/components/display-clock";
import {
  formatDay,
  formatInstant,
  formatInstantSeconds,
  formatRelative,
  type Instant,
} from "@/components/format";
import { Tooltip, TooltipContent, TooltipTrigger } from "@/components/ui/tooltip";

const formats = { day: formatDay, minute: formatInstant, second: formatInstantSeconds };

type TimestampProps = {
  at: Instant;
  /** How much is written; the tooltip always has the whole instant and how far away it is. */
  show?: keyof typeof formats | "relative" | undefined;
  /** Off in long tables, where a tab stop on each row would be in the way; hover still works. */
  tabStop?: boolean | undefined;
  className?: string | undefined;
};

/** An instant in the display zone, with its distance from now on hover and on focus. */
export function Timestamp({ at, show = "minute", tabStop = true, className }: TimestampProps) {
  const { now, zone } = useDisplayClock();
  const text = show === "relative" ? formatRelative(at, now) : formats[show](at, zone);
  return (
    <Tooltip>
      <TooltipTrigger
        tabIndex={tabStop ? undefined : -1}
        className={cn(
          "inline-flex min-h-6 cursor-default! items-center whitespace-nowrap rounded-sm text-start",
          className,
        )}
      >
        <time dateTime={new Date(at).toISOString()}>{text}</time>
      </TooltipTrigger>
      <TooltipContent>
        {show === "relative" ? "" : `${formatRelative(at, now)} · `}
        {formatInstantSeconds(at, zone)}
      </TooltipContent>
    </Tooltip>
  );
}

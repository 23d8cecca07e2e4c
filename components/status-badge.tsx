import {
  Archive,
  Ban,
  Circle,
  CircleCheck,
  CircleDashed,
  CircleDot,
  Clock,
  Contrast,
  type LucideIcon,
  Pause,
  PencilLine,
  Sparkle,
  TriangleAlert,
} from "lucide-react";
import type { ReactNode } from "react";
import { Badge, type BadgeProps } from "@/components/ui/badge";

type StatusLook = { word: string; icon: LucideIcon; tone: NonNullable<BadgeProps["tone"]> };

/** Every status that a screen may show: one word, one sign and one tone, everywhere the same. */
const statusLooks = {
  active: { word: "Active", icon: CircleDot, tone: "success" },
  published: { word: "Published", icon: CircleCheck, tone: "success" },
  trialing: { word: "Trial", icon: CircleDashed, tone: "info" },
  past_due: { word: "Past due", icon: TriangleAlert, tone: "danger" },
  canceling: { word: "Cancelling", icon: Contrast, tone: "warning" },
  scheduled: { word: "Scheduled", icon: Clock, tone: "scheduled" },
  paused: { word: "Paused", icon: Pause, tone: "neutral" },
  expired: { word: "Expired", icon: Circle, tone: "neutral" },
  draft: { word: "Draft", icon: PencilLine, tone: "neutral" },
  custom: { word: "Custom", icon: Sparkle, tone: "info" },
  archived: { word: "Archived", icon: Archive, tone: "neutral" },
  revoked: { word: "Revoked", icon: Ban, tone: "danger" },
} as const satisfies Record<string, StatusLook>;

export type Status = keyof typeof statusLooks;

type StatusBadgeProps = {
  status: Status;
  /** What follows the word: "ends 3 Dec 2026". */
  detail?: ReactNode;
  className?: string | undefined;
};

/** A status as icon, word and colour, so that none of the three is needed alone. */
export function StatusBadge({ status, detail, className }: StatusBadgeProps) {
  const { word, icon: Icon, tone } = statusLooks[status];
  return (
    <Badge tone={tone} className={className}>
      <Icon aria-hidden />
      {word}
      {detail ? <span className="font-normal">{detail}</span> : null}
    </Badge>
  );
}

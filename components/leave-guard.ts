import { createRegistry } from "@/components/layout/registry";

/** Asks the user before something is lost; calls `leave` if they agree. */
type LeaveGuard = (leave: () => void) => void;

export const leaveGuards = createRegistry<LeaveGuard>();

/** Goes away from the page, unless a form on it has unsaved changes and the user wants to stay. */
export function requestLeave(leave: () => void): void {
  const guard = leaveGuards.entries().at(-1);
  if (guard) guard(leave);
  else leave();
}

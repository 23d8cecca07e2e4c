import type { FormFailure } from "@/components/forms/error-summary";
import { callErrorOf } from "@/components/trpc";

/** What a form tells about a command that was refused, or whose answer was lost. */
export function formFailure(error: unknown): FormFailure | null {
  if (!error) return null;
  const { message, requestId } = callErrorOf(error);
  return { message, requestId: requestId ?? undefined };
}

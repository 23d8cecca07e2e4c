import { cn } from "@/components/cn";

/** The mark: two falling strokes that land as a W, with the fruit above them. */
export function Logo({ className }: { className?: string | undefined }) {
  return (
    <svg viewBox="0 0 32 32" className={cn("size-6 shrink-0", className)} aria-hidden="true">
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path
        d="M7 11.5 11.2 23 16 13.5 20.8 23 25 11.5"
        fill="none"
        className="stroke-accent-foreground"
        strokeWidth="2.75"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="16" cy="8" r="2" className="fill-accent-foreground" />
    </svg>
  );
}

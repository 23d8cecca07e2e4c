/** A thin line that runs along the top edge of a section while it is being refreshed. */
export function ProgressLine({ active }: { active: boolean }) {
  if (!active) return null;
  return (
    <div
      aria-hidden
      className="absolute inset-x-0 top-0 z-20 h-0.5 animate-appear overflow-hidden rounded-t-lg"
    >
      <div className="h-full w-1/3 animate-progress bg-accent" />
    </div>
  );
}

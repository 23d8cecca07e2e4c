import type { PlanDifference } from "../plan-types";

const signs = { added: "+", removed: "−", changed: "±" } as const;
const words = { added: "Added", removed: "Removed", changed: "Changed" } as const;

const tones = { added: "text-success", removed: "text-danger", changed: "text-info" } as const;

/** Changes in words; each with its sign, so that colour alone says nothing. */
export function DifferenceList({ differences }: { differences: readonly PlanDifference[] }) {
  return (
    <ul className="grid gap-1.5">
      {differences.map(({ kind, text }) => (
        <li key={text} className="flex gap-2">
          <span aria-hidden className={`w-3 shrink-0 font-mono ${tones[kind]}`}>
            {signs[kind]}
          </span>
          <span className="sr-only">{words[kind]}: </span>
          <span className="min-w-0 break-words">{text}</span>
        </li>
      ))}
    </ul>
  );
}

import { Lock } from "lucide-react";

type NoPermissionProps = {
  /** What cannot be done: "see API keys". */
  action: string;
  /** The least role that may: "developer". */
  neededRole: string;
  currentRole: string;
};

/** Stands in place of a page that the role may not open; names the way to get there. */
export function NoPermission({ action, neededRole, currentRole }: NoPermissionProps) {
  return (
    <div className="mx-auto grid max-w-140 justify-items-center gap-3 px-4 py-16 text-center">
      <Lock className="size-5 text-muted-foreground" aria-hidden />
      <p className="font-semibold text-base">You cannot {action}</p>
      <p className="text-muted-foreground">
        This needs the role <strong className="text-foreground">{neededRole}</strong>; yours is{" "}
        <strong className="text-foreground">{currentRole}</strong>. An owner or admin of the
        organization can change it under Settings, Team.
      </p>
    </div>
  );
}

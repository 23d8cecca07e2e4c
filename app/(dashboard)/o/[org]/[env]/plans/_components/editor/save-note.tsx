"use client";

import { CircleAlert, CloudCheck, LoaderCircle } from "lucide-react";
import type { ReactNode } from "react";
import { ErrorPanel } from "@/components/error-panel";
import { Alert, AlertDescription, AlertTitle } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import type { SaveState } from "./use-draft-saver";

/** Whether the draft is kept already, in a few words beside the title. */
export function SaveNote({ saving, isDraft }: { saving: SaveState; isDraft: boolean }) {
  if (saving.kind === "failed" || saving.kind === "conflict") {
    return (
      <Note>
        <CircleAlert className="size-4" aria-hidden /> Not saved
      </Note>
    );
  }
  if (saving.kind !== "saved") {
    return (
      <Note>
        <LoaderCircle className="size-4 animate-spin" aria-hidden /> Saving…
      </Note>
    );
  }
  return isDraft ? (
    <Note>
      <CloudCheck className="size-4" aria-hidden /> Draft saved
    </Note>
  ) : null;
}

function Note({ children }: { children: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-1.5 text-muted-foreground text-sm">
      {children}
    </span>
  );
}

type SaveTroubleProps = {
  saving: SaveState;
  onRetry: () => void;
  onTakeTheirs: () => void;
  onKeepMine: () => void;
};

/** What to do when the draft could not be saved, or when somebody else was faster. */
export function SaveTrouble({ saving, onRetry, onTakeTheirs, onKeepMine }: SaveTroubleProps) {
  if (saving.kind === "failed") {
    return (
      <ErrorPanel
        className="mb-4"
        title="The draft was not saved"
        message={saving.message}
        requestId={saving.requestId}
        onRetry={onRetry}
      />
    );
  }
  if (saving.kind !== "conflict") return null;
  return (
    <Alert tone="warning" role="alert" className="mb-4">
      <CircleAlert aria-hidden />
      <AlertTitle>Somebody else changed this plan</AlertTitle>
      <AlertDescription className="grid gap-2">
        <p>{saving.message} What you typed is still here, but is not saved.</p>
        <div className="flex flex-wrap gap-2">
          <Button size="sm" onClick={onTakeTheirs}>
            Show their version
          </Button>
          <Button size="sm" onClick={onKeepMine}>
            Keep mine instead
          </Button>
        </div>
      </AlertDescription>
    </Alert>
  );
}

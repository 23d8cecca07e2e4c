"use client";

import { ErrorPanel } from "@/components/error-panel";
import { PageHeader } from "@/components/layout/page-header";
import { Skeleton } from "@/components/ui/skeleton";
import { isComplete, useFirstSteps } from "../../_components/use-first-steps";
import { Checklist } from "./checklist";
import { KeyCounts } from "./key-counts";

type HomeScreenProps = { organization: string; environment: string };

/** A new organization's way to its first answered check; afterwards, the counts that matter. */
export function HomeScreen({ organization, environment }: HomeScreenProps) {
  const { steps, failure } = useFirstSteps();
  const complete = steps !== undefined && isComplete(steps);
  return (
    <>
      <PageHeader
        title="Home"
        description={
          steps === undefined || complete
            ? `${organization} in ${environment}.`
            : `Five steps from nothing to an answered check in ${environment}.`
        }
      />
      {failure ? (
        <ErrorPanel className="mb-4" title="The counts could not be loaded" {...failure} />
      ) : null}
      {steps === undefined ? (
        failure ? null : (
          <Skeleton className="h-60" />
        )
      ) : complete ? (
        <KeyCounts steps={steps} />
      ) : (
        <Checklist steps={steps} />
      )}
    </>
  );
}

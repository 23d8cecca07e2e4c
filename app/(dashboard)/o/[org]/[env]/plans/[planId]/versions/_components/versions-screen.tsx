"use client";

import { useQuery } from "@tanstack/react-query";
import { CopyId } from "@/components/copy-id";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/layout/page-header";
import { usePlacePath } from "@/components/layout/use-place-path";
import { DataTable } from "@/components/tables/data-table";
import { queryFailure } from "@/components/tables/query-failure";
import { useTRPC } from "@/components/trpc";
import { PlanTabs } from "../../../_components/editor/editor-header";
import { CompareVersions } from "./compare-versions";
import { versionColumns } from "./version-columns";

/** The history of a plan: every version, who published it, what it changed, who is on it. */
export function VersionsScreen({ planId }: { planId: string }) {
  const trpc = useTRPC();
  const base = usePlacePath();
  const versions = useQuery(trpc.catalog.versions.queryOptions({ planId }));
  const name = versions.data?.[0]?.plan.name ?? planId;
  return (
    <>
      <PageHeader
        title={name}
        meta={<CopyId id={planId} name="Plan ID" />}
        description="A published version never changes. Customers stay on the version they have."
        parents={[{ label: "Plans", href: `${base}/plans` }]}
      />
      <PlanTabs planId={planId} />
      <DataTable
        label="Versions"
        columns={versionColumns(base, planId)}
        rows={versions.data}
        rowKey={({ version }) => String(version)}
        refreshing={versions.isFetching && !versions.isPending}
        failure={queryFailure(versions)}
        empty={<EmptyState title="No versions">The plan was never published.</EmptyState>}
      />
      {versions.data && versions.data.length > 1 ? (
        <CompareVersions planId={planId} versions={versions.data} />
      ) : null}
    </>
  );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsInteger, useQueryStates } from "nuqs";
import { useId } from "react";
import { ErrorPanel } from "@/components/error-panel";
import { queryFailure } from "@/components/tables/query-failure";
import { useTRPC } from "@/components/trpc";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { Label } from "@/components/ui/label";
import { NativeSelect } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { DifferenceList } from "../../../_components/editor/difference-list";
import type { PlanVersion } from "../../../_components/plan-types";

type CompareVersionsProps = {
  planId: string;
  /** Newest first, at least two. */
  versions: readonly PlanVersion[];
};

/** What separates any two versions; the address names them, so that it can be shared. */
export function CompareVersions({ planId, versions }: CompareVersionsProps) {
  const trpc = useTRPC();
  const [chosen, setChosen] = useQueryStates({ from: parseAsInteger, to: parseAsInteger });
  const from = chosen.from ?? versions[1]?.version ?? 1;
  const to = chosen.to ?? versions[0]?.version ?? 1;
  const compared = useQuery(trpc.catalog.compareVersions.queryOptions({ planId, from, to }));
  const failure = queryFailure(compared);
  return (
    <Card aria-labelledby="compare" className="mt-6">
      <CardHeader>
        <CardTitle id="compare">Compare</CardTitle>
        <div className="flex flex-wrap items-center gap-3">
          <VersionSelect
            label="From"
            value={from}
            versions={versions}
            onChange={(version) => void setChosen({ from: version })}
          />
          <VersionSelect
            label="To"
            value={to}
            versions={versions}
            onChange={(version) => void setChosen({ to: version })}
          />
        </div>
      </CardHeader>
      <CardContent>
        {failure ? <ErrorPanel title="They could not be compared" {...failure} /> : null}
        {compared.isPending ? <Skeleton className="w-80" /> : null}
        {compared.data?.length === 0 ? (
          <p className="text-muted-foreground">They include the same.</p>
        ) : null}
        {compared.data?.length ? <DifferenceList differences={compared.data} /> : null}
      </CardContent>
    </Card>
  );
}

type VersionSelectProps = {
  label: string;
  value: number;
  versions: readonly PlanVersion[];
  onChange: (version: number) => void;
};

function VersionSelect({ label, value, versions, onChange }: VersionSelectProps) {
  const id = useId();
  return (
    <div className="flex items-center gap-2">
      <Label htmlFor={id}>{label}</Label>
      <NativeSelect
        id={id}
        className="w-32"
        value={value}
        onChange={(event) => onChange(Number(event.target.value))}
      >
        {versions.map(({ version }) => (
          <option key={version} value={version}>
            Version {version}
          </option>
        ))}
      </NativeSelect>
    </div>
  );
}

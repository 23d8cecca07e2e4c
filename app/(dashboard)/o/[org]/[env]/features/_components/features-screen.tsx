"use client";

import { useQuery } from "@tanstack/react-query";
import { Blocks, Plus } from "lucide-react";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState } from "react";
import { CodeBlock } from "@/components/code-block";
import { EmptyState } from "@/components/empty-state";
import { GuardedButton } from "@/components/guarded-button";
import { PageHeader } from "@/components/layout/page-header";
import { usePaletteCommands } from "@/components/layout/palette-commands";
import { useShortcut } from "@/components/layout/shortcuts";
import { usePlacePath } from "@/components/layout/use-place-path";
import { useRights } from "@/components/rights";
import { DataTable } from "@/components/tables/data-table";
import type { ActiveFilter } from "@/components/tables/filters";
import { FilterBar } from "@/components/tables/filters";
import { queryFailure } from "@/components/tables/query-failure";
import { SearchField } from "@/components/tables/search-field";
import { useTRPC } from "@/components/trpc";
import { NativeSelect } from "@/components/ui/select";
import { featureColumns } from "./feature-columns";
import { FeatureMenu } from "./feature-menu";
import { FeatureSheet } from "./feature-sheet";
import { featureKinds, kindOf, kindWords, type ListedFeature } from "./feature-types";
import { FeaturesTabs } from "./features-tabs";
import { RetireFeatureDialog, type Retirement } from "./retire-feature-dialog";

const createSnippet = `await autumn.features.create({
  featureId: "messages",
  name: "Messages",
  type: "metered",
  consumable: true,
});`;

/** What is measured or switched on: the vocabulary of plans and of your code. */
export function FeaturesScreen() {
  const base = usePlacePath();
  const { refusal } = useRights();
  const features = useFeatures();
  const [{ sheet, feature: editedId }, setOpen] = useQueryStates({
    sheet: parseAsStringLiteral(["create"]),
    feature: parseAsString,
  });
  const filters = useFeatureFilters();
  const [retirement, setRetirement] = useState<Retirement | null>(null);
  const writeRefusal = refusal("features:write");
  const create = () => void setOpen({ sheet: "create", feature: null });
  const close = () => void setOpen({ sheet: null, feature: null });
  useFeatureCommands(writeRefusal === null ? create : null);

  const rows = features.list?.filter(filters.fits);
  const edited = features.list?.find(({ id }) => id === editedId);
  const newButton = (
    <GuardedButton variant="primary" reason={writeRefusal} onClick={create}>
      <Plus aria-hidden />
      New feature
    </GuardedButton>
  );
  return (
    <>
      <PageHeader
        title="Features"
        description="What your customers may use, and what your code asks about."
        actions={newButton}
      />
      <FeaturesTabs />
      <FeatureFilterBar filters={filters} />
      <DataTable
        label="Features"
        columns={featureColumns(base)}
        rows={rows}
        rowKey={({ id }) => id}
        rowHref={({ id }) => `${base}/features?${filters.searchWith(id)}`}
        rowActions={(feature) => (
          <FeatureMenu
            feature={feature}
            refusal={writeRefusal}
            onEdit={() => void setOpen({ sheet: null, feature: feature.id })}
            onRetire={setRetirement}
          />
        )}
        refreshing={features.refreshing}
        failure={features.failure}
        filters={filters.active}
        onClearFilters={filters.clear}
        empty={
          features.list?.length ? (
            <EmptyState title="All features are archived">
              Show archived features to restore one.
            </EmptyState>
          ) : (
            <EmptyState
              icon={Blocks}
              title="No features yet"
              action={newButton}
              code={<CodeBlock title="The same from your server" code={createSnippet} />}
            >
              A feature is something your customers use: messages, seats, single sign-on.
            </EmptyState>
          )
        }
      />
      <FeatureSheet open={sheet === "create"} onClose={close} />
      <FeatureSheet
        key={edited?.id ?? ""}
        open={edited !== undefined && sheet === null}
        onClose={close}
        feature={edited}
      />
      <RetireFeatureDialog retirement={retirement} onChange={setRetirement} />
    </>
  );
}

/** All features with where they are used; the list stands as soon as its first half is there. */
function useFeatures() {
  const trpc = useTRPC();
  const features = useQuery(trpc.api.features.list.queryOptions({ include_archived: true }));
  const usage = useQuery(trpc.catalog.featureUsage.queryOptions());
  const list = features.data?.list.map(
    (feature): ListedFeature => ({
      ...feature,
      use: usage.data?.find(({ featureId }) => featureId === feature.id),
    }),
  );
  const refreshing = (features.isFetching && !features.isPending) || usage.isFetching;
  return { list, refreshing, failure: queryFailure(features) ?? queryFailure(usage) };
}

const filterParsers = {
  q: parseAsString.withDefault(""),
  type: parseAsStringLiteral(featureKinds),
  archived: parseAsBoolean.withDefault(false),
};

function useFeatureFilters() {
  const [values, set] = useQueryStates(filterParsers, { history: "push" });
  const words = values.q.trim().toLowerCase();
  const active: ActiveFilter[] = [
    ...(words
      ? [{ key: "q", label: `Matching “${values.q}”`, onRemove: () => void set({ q: null }) }]
      : []),
    ...(values.type
      ? [
          {
            key: "type",
            label: kindWords[values.type].label,
            onRemove: () => void set({ type: null }),
          },
        ]
      : []),
  ];
  return {
    values,
    set,
    active,
    clear: () => void set({ q: null, type: null }),
    fits: (feature: ListedFeature) =>
      (values.archived || !feature.archived) &&
      (values.type === null || kindOf(feature) === values.type) &&
      [feature.name, feature.id, ...feature.event_names].some((text) =>
        text.toLowerCase().includes(words),
      ),
    /** The address of the sheet of a feature, with the filters as they are. */
    searchWith(id: string): string {
      const search = new URLSearchParams({ feature: id });
      if (words) search.set("q", values.q);
      if (values.type) search.set("type", values.type);
      if (values.archived) search.set("archived", "true");
      return search.toString();
    },
  };
}

function FeatureFilterBar({ filters }: { filters: ReturnType<typeof useFeatureFilters> }) {
  const { values, set, active, clear } = filters;
  return (
    <FilterBar active={active} onClear={clear}>
      <SearchField
        label="Search features"
        value={values.q}
        onChange={(q) => void set({ q: q || null })}
      />
      <NativeSelect
        aria-label="Type"
        className="w-44"
        value={values.type ?? ""}
        onChange={({ target }) =>
          void set({ type: featureKinds.find((kind) => kind === target.value) ?? null })
        }
      >
        <option value="">Any type</option>
        {featureKinds.map((kind) => (
          <option key={kind} value={kind}>
            {kindWords[kind].label}
          </option>
        ))}
      </NativeSelect>
      <NativeSelect
        aria-label="Archived features"
        className="w-44"
        value={String(values.archived)}
        onChange={({ target }) => void set({ archived: target.value === "true" || null })}
      >
        <option value="false">Without archived</option>
        <option value="true">With archived</option>
      </NativeSelect>
    </FilterBar>
  );
}

/** `n` makes a feature; `e` edits the one whose row has the focus. */
function useFeatureCommands(create: (() => void) | null): void {
  const group = "On this page" as const;
  useShortcut(create ? { keys: "n", label: "New feature", group, run: create } : null);
  useShortcut({
    keys: "e",
    label: "Edit the row",
    group,
    run: () => {
      const row = document.activeElement?.closest("tr");
      row?.querySelector<HTMLElement>("[data-row-link]")?.click();
    },
  });
  usePaletteCommands(
    create
      ? {
          heading: "Features",
          commands: [{ id: "new", label: "New feature", icon: Plus, keys: "n", run: create }],
        }
      : null,
  );
}

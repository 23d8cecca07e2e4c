"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { EmptyState } from "@/components/empty-state";
import { GuardedButton } from "@/components/guarded-button";
import { PageHeader } from "@/components/layout/page-header";
import { useShortcut } from "@/components/layout/shortcuts";
import { usePlacePath } from "@/components/layout/use-place-path";
import { useRights } from "@/components/rights";
import { DataTable } from "@/components/tables/data-table";
import { FilterBar } from "@/components/tables/filters";
import { queryFailure } from "@/components/tables/query-failure";
import { SearchField } from "@/components/tables/search-field";
import { useTRPC } from "@/components/trpc";
import { NativeSelect } from "@/components/ui/select";
import { FeaturesTabs } from "../../_components/features-tabs";
import { priceColumns } from "./price-columns";
import { PriceSheet } from "./price-sheet";

const addressParsers = {
  q: parseAsString.withDefault(""),
  source: parseAsStringLiteral(["own", "bundled"]),
  sheet: parseAsStringLiteral(["create"]),
  model: parseAsString,
};

/** What a million tokens of each model cost, before the markup of an AI credit system. */
export function ModelPricesScreen() {
  const base = usePlacePath();
  const trpc = useTRPC();
  const { refusal } = useRights();
  const prices = useQuery(trpc.catalog.modelPrices.queryOptions());
  const [{ q, source, sheet, model }, set] = useQueryStates(addressParsers);
  const words = q.trim().toLowerCase();
  const rows = prices.data?.models.filter(
    (price) =>
      price.model.toLowerCase().includes(words) &&
      (source === null || (source === "own") === (price.ownSince !== null)),
  );
  const edited = prices.data?.models.find((price) => price.model === model);
  const close = () => void set({ sheet: null, model: null });
  const writeRefusal = refusal("features:write");
  const create = () => void set({ sheet: "create", model: null });
  const clear = () => void set({ q: null, source: null });
  const active = [
    ...(words
      ? [{ key: "q", label: `Matching “${q}”`, onRemove: () => void set({ q: null }) }]
      : []),
    ...(source
      ? [{ key: "source", label: sourceWords[source], onRemove: () => void set({ source: null }) }]
      : []),
  ];
  useShortcut(
    writeRefusal === null
      ? { keys: "n", label: "Add model", group: "On this page", run: create }
      : null,
  );
  return (
    <>
      <PageHeader
        title="Model prices"
        description="Dollars per million tokens, before the markup of an AI credit system."
        actions={
          <GuardedButton variant="primary" reason={writeRefusal} onClick={create}>
            <Plus aria-hidden />
            Add model
          </GuardedButton>
        }
      />
      <FeaturesTabs />
      <FilterBar active={active} onClear={clear}>
        <SearchField
          label="Search models"
          value={q}
          onChange={(text) => void set({ q: text || null })}
        />
        <NativeSelect
          aria-label="Price"
          className="w-44"
          value={source ?? ""}
          onChange={({ target }) =>
            void set({
              source: target.value === "own" || target.value === "bundled" ? target.value : null,
            })
          }
        >
          <option value="">Any price</option>
          <option value="own">{sourceWords.own}</option>
          <option value="bundled">{sourceWords.bundled}</option>
        </NativeSelect>
      </FilterBar>
      <DataTable
        label="Model prices"
        columns={priceColumns}
        rows={rows}
        rowKey={(price) => price.model}
        rowHref={(price) =>
          `${base}/features/model-prices?${new URLSearchParams({ ...(q ? { q } : {}), ...(source ? { source } : {}), model: price.model })}`
        }
        refreshing={prices.isFetching && !prices.isPending}
        failure={queryFailure(prices)}
        filters={active}
        onClearFilters={clear}
        empty={<EmptyState title="No model has a price">Add one to track its tokens.</EmptyState>}
      />
      {prices.data ? (
        <p className="mt-3 text-muted-foreground text-sm">
          Bundled prices are public list prices of {prices.data.asOf}. They are never fetched: check
          them against your contract, and set your own where they differ.
        </p>
      ) : null}
      <PriceSheet open={sheet === "create"} onClose={close} />
      <PriceSheet
        key={edited?.model ?? ""}
        open={edited !== undefined && sheet === null}
        onClose={close}
        price={edited}
      />
    </>
  );
}

const sourceWords = { own: "Own prices", bundled: "Bundled prices" } as const;

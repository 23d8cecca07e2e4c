"use client";

import type { CatalogNames } from "@/components/pickers/use-catalog";
import { FilterBar, FilterMenu } from "@/components/tables/filters";
import { SearchField } from "@/components/tables/search-field";
import { NativeSelect } from "@/components/ui/select";
import { joinedSpans, type useCustomerFilters } from "./use-customer-filters";

type CustomerFiltersProps = {
  filters: ReturnType<typeof useCustomerFilters>;
  catalog: CatalogNames;
  /** The features whose balances are columns. */
  balances: readonly string[];
};

/** The search and the filters above the list, and the choice of its balance columns. */
export function CustomerFilters({ filters, catalog, balances }: CustomerFiltersProps) {
  const { values, set, active, clear } = filters;
  return (
    <FilterBar active={active} onClear={clear}>
      <SearchField label="Search customers" value={values.q} onChange={(q) => set({ q })} />
      <FilterMenu
        label="Plan"
        options={catalog.plans.map(({ id, name }) => ({ value: id, label: name }))}
        selected={values.plan}
        onChange={(plan) => set({ plan })}
      />
      <NativeSelect
        aria-label="State of the plan"
        className="w-40"
        value={values.status ?? ""}
        onChange={({ target }) => set({ status: statusOf(target.value) })}
      >
        <option value="">Any state</option>
        <option value="active">Active plan</option>
        <option value="scheduled">Scheduled plan</option>
      </NativeSelect>
      <NativeSelect
        aria-label="Created"
        className="w-44"
        value={values.joined ?? ""}
        onChange={({ target }) =>
          set({ joined: joinedSpans.find(({ value }) => value === target.value)?.value ?? null })
        }
      >
        <option value="">Created any time</option>
        {joinedSpans.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </NativeSelect>
      {catalog.metered.length > 0 ? (
        <FilterMenu
          label="Balances"
          options={catalog.metered.map(({ id, name }) => ({ value: id, label: name }))}
          selected={balances}
          onChange={(balance) => set({ balance })}
        />
      ) : null}
    </FilterBar>
  );
}

function statusOf(value: string): "active" | "scheduled" | null {
  return value === "active" || value === "scheduled" ? value : null;
}

"use client";

import { CustomerPicker } from "@/components/pickers/customer-picker";
import { EntityPicker } from "@/components/pickers/entity-picker";
import type { CatalogNames } from "@/components/pickers/use-catalog";
import { FilterBar, FilterMenu } from "@/components/tables/filters";
import { NativeSelect } from "@/components/ui/select";
import { presets, presetValues } from "./event-range";
import { GroupChoice } from "./group-choice";
import { RangeFields } from "./range-fields";
import { steps, type useEventsAddress } from "./use-events-address";

const stepLabels = { hour: "By hour", day: "By day", week: "By week", month: "By month" };
const ownRange = "own";

type EventsFiltersProps = {
  address: ReturnType<typeof useEventsAddress>;
  catalog: CatalogNames;
  /** The names of properties that the shown events have. */
  properties: readonly string[];
};

/** What the chart and the table are about. */
export function EventsFilters({ address, catalog, properties }: EventsFiltersProps) {
  const { values, set, active, clear, range, step } = address;
  const isOwn = !("preset" in range);
  return (
    <FilterBar active={active} onClear={clear}>
      <FilterMenu
        label="Features"
        options={catalog.metered.map(({ id, name }) => ({ value: id, label: name }))}
        selected={values.feature}
        onChange={(feature) => set({ feature })}
      />
      <CustomerPicker
        customerId={values.customer}
        onChoose={(customer) =>
          set({
            customer,
            entity: null,
            ...(customer === null && values.group === "$entity_id" ? { group: null } : {}),
          })
        }
      />
      {values.customer ? (
        <EntityPicker
          customerId={values.customer}
          catalog={catalog}
          entityId={values.entity}
          label={null}
          onChoose={(entity) => set({ entity })}
        />
      ) : null}
      <GroupChoice
        group={values.group}
        properties={properties}
        withEntities={values.customer !== null}
        onChange={(group) => set({ group })}
      />
      <NativeSelect
        aria-label="Range"
        className="w-44"
        value={isOwn ? ownRange : range.preset}
        onChange={({ target }) => {
          const preset = presetValues.find((value) => value === target.value);
          if (preset) set({ range: preset, start: null, end: null, bin: null });
          else set(address.ownRange());
        }}
      >
        {presets.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
        <option value={ownRange}>Custom range</option>
      </NativeSelect>
      {isOwn ? (
        <RangeFields range={range} onChange={({ start, end }) => set({ start, end, bin: null })} />
      ) : null}
      <NativeSelect
        aria-label="Size of the bars"
        className="w-32"
        value={step}
        onChange={({ target }) =>
          set({ bin: steps.find((value) => value === target.value) ?? null })
        }
      >
        {steps.map((value) => (
          <option key={value} value={value}>
            {stepLabels[value]}
          </option>
        ))}
      </NativeSelect>
    </FilterBar>
  );
}

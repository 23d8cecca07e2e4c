"use client";

import { useId } from "react";
import { useDisplayClock } from "@/components/display-clock";
import { dateTimeField, instantOf } from "@/components/forms/zoned-time";
import { FilterBar, FilterMenu } from "@/components/tables/filters";
import { Input } from "@/components/ui/input";
import { causeWords } from "./entry-words";
import { filterCauses, type useLedgerAddress } from "./use-ledger-address";

type LedgerFiltersProps = { address: ReturnType<typeof useLedgerAddress> };

/** Narrows the entries by kind, and turns the whole page back to a past instant. */
export function LedgerFilters({ address }: LedgerFiltersProps) {
  const id = useId();
  const { now, zone } = useDisplayClock();
  const { values, set, active, clear } = address;
  return (
    <FilterBar active={active} onClear={clear}>
      <FilterMenu
        label="Kind"
        options={filterCauses.map((value) => ({ value, label: causeWords[value] }))}
        selected={values.kind}
        onChange={(kinds) => set({ kind: filterCauses.filter((cause) => kinds.includes(cause)) })}
      />
      <div className="flex items-center gap-2">
        <label htmlFor={id} className="text-muted-foreground">
          As of
        </label>
        <Input
          id={id}
          key={values.asof}
          type="datetime-local"
          className="w-52"
          max={dateTimeField(now, zone)}
          defaultValue={values.asof === null ? "" : dateTimeField(values.asof, zone)}
          aria-describedby={`${id}-zone`}
          onBlur={({ target }) => {
            const chosen = target.value === "" ? null : instantOf(target.value, zone);
            if (chosen !== values.asof) set({ asof: chosen });
          }}
        />
        <span id={`${id}-zone`} className="text-muted-foreground">
          {zone.replaceAll("_", " ")}
        </span>
      </div>
    </FilterBar>
  );
}

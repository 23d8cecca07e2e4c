"use client";

import {
  parseAsArrayOf,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
  useQueryStates,
} from "nuqs";
import { useDisplayClock } from "@/components/display-clock";
import { formatInstant } from "@/components/format";
import type { ActiveFilter } from "@/components/tables/filters";
import { useCursorPaging } from "@/components/tables/use-cursor-paging";
import { type Cause, causeWords } from "./entry-words";

/** The causes that the filter offers. */
export const filterCauses = [
  "opening",
  "usage",
  "edit",
  "reset",
  "expiry",
  "ended",
  "entity",
  "carried",
  "lock",
  "trimmed",
] as const satisfies readonly Cause[];

const parsers = {
  entity: parseAsString,
  kind: parseAsArrayOf(parseAsStringLiteral(filterCauses)).withDefault([]),
  /** Unix milliseconds; the past instant to explain. */
  asof: parseAsInteger,
  /** The edit whose entries are marked. */
  entry: parseAsString,
  sheet: parseAsStringLiteral(["grant"]),
};

/** The state of a ledger page, as its address holds it. */
export function useLedgerAddress(id: string, featureId: string) {
  const { zone } = useDisplayClock();
  const paging = useCursorPaging();
  const [values, setValues] = useQueryStates(parsers, { history: "push" });
  const set = (change: Partial<typeof values>) => {
    paging.reset();
    void setValues(change);
  };
  const active: ActiveFilter[] = [
    ...values.kind.map((kind) => ({
      key: kind,
      label: causeWords[kind],
      onRemove: () => set({ kind: values.kind.filter((other) => other !== kind) }),
    })),
    ...(values.asof === null
      ? []
      : [
          {
            key: "asof",
            label: `As of ${formatInstant(values.asof, zone)}`,
            onRemove: () => set({ asof: null }),
          },
        ]),
  ];
  return {
    values,
    set,
    /** Changes what is open on the page, which stays on the same rows. */
    setOverlay: (change: Partial<typeof values>) => void setValues(change),
    active,
    clear: () => set({ kind: [], asof: null }),
    paging,
    /** The question without its page. */
    query: {
      customer_id: id,
      feature_id: featureId,
      ...(values.entity ? { entity_id: values.entity } : {}),
      ...(values.asof === null ? {} : { as_of: values.asof }),
      ...(values.kind.length > 0 ? { causes: values.kind } : {}),
    },
  };
}

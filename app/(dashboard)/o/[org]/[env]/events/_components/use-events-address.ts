"use client";

import {
  parseAsArrayOf,
  parseAsBoolean,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
  useQueryStates,
} from "nuqs";
import type { UsageStep } from "@/components/charts/usage";
import { useDisplayClock } from "@/components/display-clock";
import type { CatalogNames } from "@/components/pickers/use-catalog";
import type { ActiveFilter } from "@/components/tables/filters";
import { useCursorPaging } from "@/components/tables/use-cursor-paging";
import { type EventRange, presetValues, suitingStep, tableRange } from "./event-range";
import type { AggregateQuery, EventsQuery } from "./event-types";

export const steps = ["hour", "day", "week", "month"] as const satisfies readonly UsageStep[];

/** As many features as one question may name. */
const MAX_FEATURES = 50;
const WEEK_MS = 7 * 86_400_000;
/** As many groups as the chart has colours. */
const MAX_SERIES = 8;

const parsers = {
  feature: parseAsArrayOf(parseAsString).withDefault([]),
  customer: parseAsString,
  entity: parseAsString,
  /** `properties.NAME`, `$customer_id`, `$entity_id` or `$plan_id`. */
  group: parseAsString,
  range: parseAsStringLiteral(presetValues).withDefault("30d"),
  /** Unix milliseconds; both together stand for a range of one's own. */
  start: parseAsInteger,
  end: parseAsInteger,
  bin: parseAsStringLiteral(steps),
  live: parseAsBoolean.withDefault(false),
  event: parseAsString,
};

/** What the page asks, as its address holds it. */
export function useEventsAddress(catalog: CatalogNames) {
  const { now, zone } = useDisplayClock();
  const paging = useCursorPaging();
  const [values, setValues] = useQueryStates(parsers, { history: "push" });
  const set = (change: Partial<typeof values>) => {
    paging.reset();
    void setValues(change);
  };
  const range = rangeOf(values);
  const step = values.bin ?? suitingStep(range);
  const chosen = values.feature.length > 0 ? values.feature : catalog.metered.map(({ id }) => id);
  const features = chosen.slice(0, MAX_FEATURES);
  const subject = { customer_id: values.customer, entity_id: values.entity };
  const aggregate: AggregateQuery = {
    ...subject,
    feature_id: features,
    group_by: values.group,
    bin_size: step,
    time_zone: zone,
    max_groups: Math.max(1, Math.floor(MAX_SERIES / Math.max(1, features.length))),
    ...("preset" in range ? { range: range.preset } : { custom_range: range }),
  };
  const list: EventsQuery = {
    ...subject,
    feature_id: values.feature.length > 0 ? values.feature : null,
    custom_range: tableRange(range, now),
  };
  return {
    values,
    set,
    /** Changes what is open on the page, which stays on the same rows. */
    setOverlay: (change: Partial<typeof values>) => void setValues(change),
    paging,
    /** The past week as a range of one's own, to start choosing from. */
    ownRange: () => {
      const end = Math.ceil(now / 60_000) * 60_000;
      return { start: end - WEEK_MS, end, bin: null };
    },
    range,
    step,
    features,
    aggregate,
    list,
    active: activeFilters(values, set, catalog),
    clear: () => set({ feature: [], customer: null, entity: null, group: null }),
  };
}

type Values = {
  feature: string[];
  customer: string | null;
  entity: string | null;
  range: (typeof presetValues)[number];
  start: number | null;
  end: number | null;
};

/** A range of one's own must end after it starts. */
function rangeOf({ range, start, end }: Values): EventRange {
  return start !== null && end !== null && start < end ? { start, end } : { preset: range };
}

function activeFilters(
  values: Values,
  set: (change: Partial<Values>) => void,
  catalog: CatalogNames,
): ActiveFilter[] {
  return [
    ...values.feature.map((id) => ({
      key: `feature ${id}`,
      label: catalog.featureName(id),
      onRemove: () => set({ feature: values.feature.filter((other) => other !== id) }),
    })),
    ...(values.customer
      ? [
          {
            key: "customer",
            label: `Customer ${values.customer}`,
            onRemove: () => set({ customer: null, entity: null }),
          },
        ]
      : []),
    ...(values.entity
      ? [
          {
            key: "entity",
            label: `Entity ${values.entity}`,
            onRemove: () => set({ entity: null }),
          },
        ]
      : []),
  ];
}

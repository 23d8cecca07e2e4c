"use client";

import {
  type inferParserType,
  parseAsArrayOf,
  parseAsString,
  parseAsStringLiteral,
  useQueryStates,
} from "nuqs";
import { useDisplayClock } from "@/components/display-clock";
import type { ActiveFilter } from "@/components/tables/filters";
import { useCursorPaging } from "@/components/tables/use-cursor-paging";
import type { CustomerQuery } from "./customer-types";

export const joinedSpans = [
  { value: "1d", label: "In the last day", ms: 86_400_000 },
  { value: "7d", label: "In the last 7 days", ms: 7 * 86_400_000 },
  { value: "30d", label: "In the last 30 days", ms: 30 * 86_400_000 },
  { value: "90d", label: "In the last 90 days", ms: 90 * 86_400_000 },
] as const;

const HOUR_MS = 3_600_000;

const filterParsers = {
  q: parseAsString.withDefault(""),
  /** `free`, or `free:2` for one version of it. */
  plan: parseAsArrayOf(parseAsString).withDefault([]),
  status: parseAsStringLiteral(["active", "scheduled"]),
  joined: parseAsStringLiteral(joinedSpans.map(({ value }) => value)),
  order: parseAsStringLiteral(["asc", "desc"]).withDefault("desc"),
  /** The features whose balances are columns. */
  balance: parseAsArrayOf(parseAsString),
};

type FilterValues = inferParserType<typeof filterParsers>;

/** The filters of the list as its address holds them; every change leads back to the first page. */
export function useCustomerFilters(planName: (id: string) => string) {
  const { now } = useDisplayClock();
  const paging = useCursorPaging();
  const [values, setValues] = useQueryStates(filterParsers, { history: "push" });

  const set = (change: Partial<FilterValues>) => {
    paging.reset();
    void setValues(change);
  };
  const lift = (change: Partial<FilterValues>) => () => set(change);
  const active: ActiveFilter[] = [
    ...(values.q ? [{ key: "q", label: `Matching “${values.q}”`, onRemove: lift({ q: "" }) }] : []),
    ...values.plan.map((chosen) => ({
      key: `plan ${chosen}`,
      label: planLabel(chosen, planName),
      onRemove: lift({ plan: values.plan.filter((plan) => plan !== chosen) }),
    })),
    ...(values.status
      ? [
          {
            key: "status",
            label: values.status === "active" ? "With an active plan" : "With a scheduled plan",
            onRemove: lift({ status: null }),
          },
        ]
      : []),
    ...joinedSpans
      .filter(({ value }) => value === values.joined)
      .map(({ label }) => ({
        key: "joined",
        label: `Created ${label.toLowerCase()}`,
        onRemove: lift({ joined: null }),
      })),
  ];
  return {
    values,
    set,
    active,
    clear: lift({ q: "", plan: [], status: null, joined: null }),
    paging,
    query: { ...queryOf(values, now), start_cursor: paging.cursor ?? "", limit: paging.limit },
  };
}

function planLabel(chosen: string, planName: (id: string) => string): string {
  const [id = "", version] = chosen.split(":");
  return version ? `On ${planName(id)} version ${version}` : `On ${planName(id)}`;
}

function queryOf(values: FilterValues, now: number): CustomerQuery {
  const span = joinedSpans.find(({ value }) => value === values.joined);
  // Whole hours, so that the question, and with it the cached answer, stays the same for a while.
  const since = span ? Math.floor((now - span.ms) / HOUR_MS) * HOUR_MS : null;
  return {
    search: values.q || null,
    plans: values.plan.map((chosen) => {
      const [id = "", version] = chosen.split(":");
      return { id, ...(version ? { versions: [Number(version)] } : {}) };
    }),
    subscription_status: values.status,
    sort_order: values.order,
    created_at_range: since === null ? null : { start: since },
  };
}

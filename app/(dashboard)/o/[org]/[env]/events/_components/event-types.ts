import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/trpc/root";

type Requests = inferRouterInputs<AppRouter>["api"]["events"];

export type EventRow = inferRouterOutputs<AppRouter>["api"]["events"]["list"]["list"][number];
export type EventsQuery = Requests["list"];
export type AggregateQuery = Requests["aggregate"];

import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";
import { sameSecret } from "./crypto";
import { env } from "./env";

const registry = new Registry();
collectDefaultMetrics({ register: registry });

const requests = new Counter({
  name: "windfall_requests_total",
  help: "Requests by operation and status.",
  labelNames: ["operation", "status"],
  registers: [registry],
});
const durations = new Histogram({
  name: "windfall_request_duration_seconds",
  help: "Time from the first byte read to the answer.",
  labelNames: ["operation"],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  registers: [registry],
});
const discrepancies = new Counter({
  name: "windfall_reconcile_discrepancies_total",
  help: "Grants whose stored figures differ from the sum of their ledger entries.",
  registers: [registry],
});

interface Series {
  readonly count: Counter.Internal;
  readonly duration: Histogram.Internal<"operation">;
}

/** The series of an operation and status, found once: looking labels up costs more than counting. */
const series = new Map<string, Series>();

/** Counts an answered request. `operation` is a name of the tree or "unknown": the set is bounded. */
export function observeRequest(operation: string, status: number, ms: number): void {
  const key = `${operation} ${status}`;
  let known = series.get(key);
  if (known === undefined) {
    known = {
      count: requests.labels({ operation, status }),
      duration: durations.labels({ operation }),
    };
    series.set(key, known);
  }
  known.count.inc();
  known.duration.observe(ms / 1000);
}

/** Counts what the reconcile job found. */
export function observeDiscrepancies(count: number): void {
  discrepancies.inc(count);
}

/** `GET /metrics`, only with `Authorization: Bearer METRICS_TOKEN`; 404 while no token is set. */
export async function metricsResponse(request: Request): Promise<Response> {
  const token = env().METRICS_TOKEN;
  if (token === undefined) return new Response("Not found\n", { status: 404 });
  const sent = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
  if (!sameSecret(sent, token)) return new Response("Unauthorized\n", { status: 401 });
  return new Response(await registry.metrics(), {
    headers: { "content-type": registry.contentType },
  });
}

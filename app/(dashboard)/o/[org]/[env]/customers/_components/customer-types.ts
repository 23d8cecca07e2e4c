import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@/server/trpc/root";

type Answers = inferRouterOutputs<AppRouter>["api"];
type Requests = inferRouterInputs<AppRouter>["api"];

export type Customer = Answers["customers"]["get"];
export type CustomerQuery = Requests["customers"]["list"];
export type Balance = Customer["balances"][string];
export type Subscription = Customer["subscriptions"][number];
export type Explanation = Answers["balances"]["explain"];
export type Lot = Explanation["lots"][number];
export type CheckAnswer = Answers["balances"]["check"];
export type TrackAnswer = Answers["balances"]["track"];
export type AttachPreviewAnswer = Answers["billing"]["preview_attach"];
export type LedgerRow = Explanation["list"][number];

/** What operations call a customer: your id, or ours while it has none. */
export function referenceOf(customer: Pick<Customer, "id" | "internal_id">): string {
  return customer.id ?? customer.internal_id;
}

/** What people call a customer. */
export function nameOf(customer: Pick<Customer, "id" | "internal_id" | "name" | "email">): string {
  return customer.name || customer.email || referenceOf(customer);
}

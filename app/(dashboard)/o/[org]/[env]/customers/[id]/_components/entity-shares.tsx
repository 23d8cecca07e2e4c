"use client";

import { useQuery } from "@tanstack/react-query";
import { Decimal } from "decimal.js";
import { Users } from "lucide-react";
import { useState } from "react";
import { formatQuantity } from "@/components/format";
import { queryFailure } from "@/components/tables/query-failure";
import { useTRPC } from "@/components/trpc";
import { Button } from "@/components/ui/button";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover";
import type { Lot } from "../../_components/customer-types";
import type { CustomerScope } from "./use-customer-scope";

const SHOWN = 100;

/** Whether plans give a feature to entities, each for itself. */
export function isOwnedByEntities(scope: CustomerScope, featureId: string): boolean {
  if (scope.entity !== null) return false;
  return scope.subscriptions.some(({ entity_id, plan }) =>
    plan?.items.some(
      (item) =>
        item.feature_id === featureId &&
        !item.pooled &&
        (entity_id !== null || item.entity_feature_id !== undefined),
    ),
  );
}

type EntitySharesProps = { customerId: string; featureId: string; name: string };

/** What each entity has of a balance, and what is the customer's own; read when it is opened. */
export function EntityShares({ customerId, featureId, name }: EntitySharesProps) {
  const [open, setOpen] = useState(false);
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger asChild>
        <Button variant="ghost" size="icon" aria-label={`${name} by entity`}>
          <Users aria-hidden />
        </Button>
      </PopoverTrigger>
      <PopoverContent align="end" aria-label={`${name} by entity`}>
        {open ? <Shares customerId={customerId} featureId={featureId} /> : null}
      </PopoverContent>
    </Popover>
  );
}

function Shares({ customerId, featureId }: Omit<EntitySharesProps, "name">) {
  const trpc = useTRPC();
  const explanation = useQuery(
    trpc.api.balances.explain.queryOptions({
      customer_id: customerId,
      feature_id: featureId,
      limit: 1,
    }),
  );
  const failure = queryFailure(explanation);
  if (failure) return <p className="text-danger">The entities could not be loaded. Try again.</p>;
  if (!explanation.data) return <p className="text-muted-foreground">Loading…</p>;
  const shares = sharesOf(explanation.data.lots);
  return (
    <>
      <dl className="grid max-h-80 grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-1 overflow-y-auto text-sm">
        {shares.slice(0, SHOWN).map(({ owner, words }) => (
          <div key={owner ?? ""} className="contents">
            <dt className={owner === null ? "text-muted-foreground" : "truncate font-mono"}>
              {owner ?? "The customer’s own"}
            </dt>
            <dd className="text-end tabular-nums">{words}</dd>
          </div>
        ))}
      </dl>
      {shares.length > SHOWN ? (
        <p className="mt-2 text-muted-foreground text-sm">
          And {formatQuantity(shares.length - SHOWN)} more. Choose one under “Showing”.
        </p>
      ) : null}
    </>
  );
}

/** Living lots summed by owner, the customer first. */
function sharesOf(lots: readonly Lot[]): { owner: string | null; words: string }[] {
  const owners = new Map<string | null, Lot[]>();
  for (const lot of lots) {
    if (lot.ended_at !== null) continue;
    owners.set(lot.entity_id, [...(owners.get(lot.entity_id) ?? []), lot]);
  }
  return [...owners]
    .sort(([a], [b]) => (a ?? "").localeCompare(b ?? ""))
    .map(([owner, own]) => ({ owner, words: leftWords(own) }));
}

function leftWords(lots: readonly Lot[]): string {
  if (lots.some(({ unlimited }) => unlimited)) return "Unlimited";
  const granted = sum(lots.map((lot) => lot.granted));
  const left = sum(lots.map((lot) => Math.max(0, lot.balance)));
  return `${formatQuantity(left)} of ${formatQuantity(granted)}`;
}

function sum(values: readonly number[]): Decimal {
  return values.reduce((total, value) => total.plus(value), new Decimal(0));
}

"use client";

import { Gauge, SlidersHorizontal } from "lucide-react";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { EmptyState } from "@/components/empty-state";
import { GuardedButton } from "@/components/guarded-button";
import type { CatalogNames } from "@/components/pickers/use-catalog";
import type { Column } from "@/components/tables/column-head";
import { DataTable } from "@/components/tables/data-table";
import { Timestamp } from "@/components/timestamp";
import { BalanceMeter } from "../../_components/balance-meter";
import type { Balance } from "../../_components/customer-types";
import { BalanceParts } from "./balance-parts";
import { EntityShares, isOwnedByEntities } from "./entity-shares";
import type { CustomerScope } from "./use-customer-scope";

type BalancesCardProps = {
  scope: CustomerScope;
  catalog: CatalogNames;
  /** The button that grants. */
  action: ReactNode;
  /** Why this person may not change balances; null when they may. */
  refusal: string | null;
  onAdjust: (featureId: string) => void;
};

/** The counted features of the scope; used-up ones stay, and each leads to its ledger. */
export function BalancesCard({ scope, catalog, action, refusal, onAdjust }: BalancesCardProps) {
  const path = usePathname();
  const search = scope.entity ? `?entity=${encodeURIComponent(scope.entity.id)}` : "";
  return (
    <div>
      <div className="mb-2 flex min-h-8 items-center justify-between gap-4">
        <h2 className="font-semibold text-base">Balances</h2>
        {action}
      </div>
      <DataTable
        label="Balances"
        columns={balanceColumns(catalog)}
        rows={Object.values(scope.balances)}
        rowKey={({ feature_id }) => feature_id}
        rowHref={({ feature_id }) => `${path}/balances/${encodeURIComponent(feature_id)}${search}`}
        rowActions={({ feature_id }) => (
          <span className="flex justify-end">
            {isOwnedByEntities(scope, feature_id) ? (
              <EntityShares
                customerId={scope.customerId}
                featureId={feature_id}
                name={catalog.featureName(feature_id)}
              />
            ) : null}
            <GuardedButton
              variant="ghost"
              size="icon"
              reason={refusal}
              aria-label={`Adjust ${catalog.featureName(feature_id)}`}
              onClick={() => onAdjust(feature_id)}
            >
              {refusal === null ? <SlidersHorizontal aria-hidden /> : null}
            </GuardedButton>
          </span>
        )}
        empty={
          <EmptyState icon={Gauge} title="No balances" className="py-6">
            Nothing counted is held here. A plan or a grant gives a balance.
          </EmptyState>
        }
      />
    </div>
  );
}

function balanceColumns(catalog: CatalogNames): readonly Column<Balance>[] {
  return [
    { key: "feature", header: "Feature", cell: (row) => catalog.featureName(row.feature_id) },
    {
      key: "balance",
      header: "Left",
      className: "md:w-48",
      cell: (row) => <BalanceMeter label={catalog.featureName(row.feature_id)} balance={row} />,
    },
    {
      key: "resets",
      header: "Resets",
      cell: ({ next_reset_at }) =>
        next_reset_at === null ? (
          <span className="text-muted-foreground">Never</span>
        ) : (
          <Timestamp at={next_reset_at} show="relative" />
        ),
    },
    {
      key: "from",
      header: "From",
      className: "max-md:col-span-full",
      cell: (row) => <BalanceParts balance={row} planName={catalog.planName} />,
    },
  ];
}

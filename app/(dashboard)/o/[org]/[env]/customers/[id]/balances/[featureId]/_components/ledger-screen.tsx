"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Decimal } from "decimal.js";
import { Gift } from "lucide-react";
import { useEffect } from "react";
import { useDisplayClock } from "@/components/display-clock";
import { ErrorPanel } from "@/components/error-panel";
import { GuardedButton } from "@/components/guarded-button";
import { PageHeader } from "@/components/layout/page-header";
import { useShortcut } from "@/components/layout/shortcuts";
import { usePlacePath } from "@/components/layout/use-place-path";
import { EntityPicker } from "@/components/pickers/entity-picker";
import { useRights } from "@/components/rights";
import { DataTable } from "@/components/tables/data-table";
import { queryFailure } from "@/components/tables/query-failure";
import { TablePager } from "@/components/tables/table-pager";
import { useTRPC } from "@/components/trpc";
import { Skeleton } from "@/components/ui/skeleton";
import { undoWindowMinutes } from "@/server/core/balances/undo";
import { type LedgerRow, nameOf } from "../../../../_components/customer-types";
import { GrantSheet } from "../../../_components/grant/grant-sheet";
import { useCustomerScope } from "../../../_components/use-customer-scope";
import { entryColumns } from "./entry-columns";
import { kindWord } from "./entry-words";
import { ExportButton } from "./export-button";
import { LedgerEquation } from "./ledger-equation";
import { LedgerFilters } from "./ledger-filters";
import { LotsTable } from "./lots-table";
import { ReconcileBanner } from "./reconcile-banner";
import { UndoEntryButton } from "./undo-entry-button";
import { useLedgerAddress } from "./use-ledger-address";

type LedgerScreenProps = { id: string; featureId: string };

/** Answers "why is this 320?": the equation, the lots, and every entry behind them. */
export function LedgerScreen({ id, featureId }: LedgerScreenProps) {
  const trpc = useTRPC();
  const base = usePlacePath();
  const { now } = useDisplayClock();
  const { refusal } = useRights();
  const address = useLedgerAddress(id, featureId);
  const { values, paging, query } = address;
  const { customer, catalog, scope } = useCustomerScope(id, values.entity);
  const ledger = useQuery(
    trpc.api.balances.explain.queryOptions(
      { ...query, start_cursor: paging.cursor ?? "", limit: paging.limit },
      { placeholderData: keepPreviousData },
    ),
  );
  const explanation = ledger.isError ? undefined : ledger.data;
  const unit = catalog.featureName(featureId);
  const customerPath = `${base}/customers/${encodeURIComponent(id)}`;
  const grantRefusal = refusal("balances:write");
  const openGrant = () => address.setOverlay({ sheet: "grant" });
  const grants = grantRefusal === null && scope !== null;
  useShortcut(grants ? { keys: "b", label: "Grant", group: "On this page", run: openGrant } : null);
  useMarkedRow(values.entry, ledger.isSuccess);

  const failure = queryFailure(ledger);
  return (
    <>
      <PageHeader
        title={`${unit} ledger`}
        parents={[
          { label: "Customers", href: `${base}/customers` },
          {
            label: customer.data ? nameOf(customer.data) : id,
            href: `${customerPath}${values.entity ? `?entity=${encodeURIComponent(values.entity)}` : ""}`,
          },
        ]}
        actions={
          <>
            {explanation ? (
              <ExportButton
                query={query}
                asOf={explanation.as_of}
                lots={explanation.lots}
                planName={catalog.planName}
                featureName={catalog.featureName}
              />
            ) : null}
            {scope ? (
              <GuardedButton variant="primary" reason={grantRefusal} onClick={openGrant}>
                {grantRefusal === null ? <Gift aria-hidden /> : null}
                Grant
              </GuardedButton>
            ) : null}
          </>
        }
      />
      <div className="mb-4 flex items-center gap-3">
        <span className="text-muted-foreground max-sm:sr-only">Showing</span>
        <EntityPicker
          customerId={id}
          catalog={catalog}
          entityId={values.entity}
          label={scope?.label ?? null}
          onChoose={(entity) => address.set({ entity })}
        />
      </div>
      {failure ? (
        <ErrorPanel title="The ledger could not be loaded" {...failure} />
      ) : explanation ? (
        <div className="grid gap-6">
          <div>
            <ReconcileBanner lots={explanation.lots} planName={catalog.planName} />
            <LedgerEquation explanation={explanation} unit={unit} planName={catalog.planName} />
          </div>
          <div>
            <h2 className="mb-2 font-semibold text-base">Lots, in the order of use</h2>
            <LotsTable lots={explanation.lots} at={explanation.as_of} planName={catalog.planName} />
          </div>
          <div className="[&_tr:has([data-marked=yes])]:bg-accent-soft">
            <h2 className="mb-2 font-semibold text-base">Entries</h2>
            <LedgerFilters address={address} />
            <DataTable
              label="Entries"
              columns={entryColumns({
                lots: explanation.lots,
                planName: catalog.planName,
                featureName: catalog.featureName,
                marked: values.entry,
                featureId,
                eventsHref: (feature) =>
                  `${base}/events?${new URLSearchParams({ customer: id, feature })}`,
              })}
              rows={explanation.list}
              rowKey={(row) => row.id}
              rowActions={(row) => (
                <RowUndo row={row} rows={explanation.list} now={now} unit={unit} />
              )}
              refreshing={ledger.isFetching}
              filters={address.active}
              onClearFilters={address.clear}
              empty={<p className="p-4 text-muted-foreground">No entry yet.</p>}
              pager={
                <TablePager
                  paging={paging}
                  nextCursor={explanation.next_cursor}
                  shown={explanation.list.length}
                  noun="entries"
                />
              }
            />
          </div>
        </div>
      ) : (
        <div className="grid gap-6" aria-busy>
          <Skeleton className="h-16 rounded-lg" />
          <Skeleton className="h-32 rounded-lg" />
          <Skeleton className="h-72 rounded-lg" />
        </div>
      )}
      {scope ? (
        <GrantSheet
          open={values.sheet === "grant" && grants}
          onClose={() => address.setOverlay({ sheet: null })}
          scope={scope}
          catalog={catalog}
          featureId={featureId}
        />
      ) : null}
    </>
  );
}

/** Brings the row that a link meant into sight, once it is there. */
function useMarkedRow(entry: string | null, loaded: boolean): void {
  useEffect(() => {
    if (entry === null || !loaded) return;
    document.querySelector("[data-marked=yes]")?.scrollIntoView({ block: "center" });
  }, [entry, loaded]);
}

type RowUndoProps = { row: LedgerRow; rows: readonly LedgerRow[]; now: number; unit: string };

/** Offered once per edit, while it can still be taken back. */
function RowUndo({ row, rows, now, unit }: RowUndoProps) {
  const { edit } = row;
  if (edit === null || edit.undone || edit.kind === "undo") return null;
  if (now - row.recorded_at > undoWindowMinutes * 60_000) return null;
  const own = rows.filter((other) => other.edit?.entry_id === edit.entry_id);
  if (own[0] !== row) return null;
  const delta = Decimal.sum(...own.map((other) => other.delta)).toString();
  return <UndoEntryButton entryId={edit.entry_id} kind={kindWord(row)} delta={delta} unit={unit} />;
}

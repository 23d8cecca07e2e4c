"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Plus, Users } from "lucide-react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { CodeBlock } from "@/components/code-block";
import { EmptyState } from "@/components/empty-state";
import { GuardedButton } from "@/components/guarded-button";
import { PageHeader } from "@/components/layout/page-header";
import { usePaletteCommands } from "@/components/layout/palette-commands";
import { useShortcut } from "@/components/layout/shortcuts";
import { usePlacePath } from "@/components/layout/use-place-path";
import { useCatalog } from "@/components/pickers/use-catalog";
import { useRights } from "@/components/rights";
import { DataTable } from "@/components/tables/data-table";
import { queryFailure } from "@/components/tables/query-failure";
import { TablePager } from "@/components/tables/table-pager";
import { useTRPC } from "@/components/trpc";
import { CreateCustomerSheet } from "./create-customer-sheet";
import { customerColumns } from "./customer-columns";
import { CustomerFilters } from "./customer-filters";
import { referenceOf } from "./customer-types";
import { useCustomerFilters } from "./use-customer-filters";

const createSnippet = `await autumn.customers.getOrCreate({
  customerId: "user_123",
  name: "Ana Lima",
  email: "ana@example.com",
});`;

/** Finds the one customer, or those with something in common. */
export function CustomersScreen() {
  const trpc = useTRPC();
  const base = usePlacePath();
  const { refusal } = useRights();
  const catalog = useCatalog();
  const filters = useCustomerFilters(catalog.planName);
  const [sheet, setSheet] = useQueryState("sheet", parseAsStringLiteral(["create"]));
  const customers = useQuery(
    trpc.api.customers.list.queryOptions(filters.query, { placeholderData: keepPreviousData }),
  );
  const create = () => void setSheet("create");
  const createRefusal = refusal("customers:write");
  const creates = createRefusal === null;
  useShortcut(
    creates ? { keys: "n", label: "New customer", group: "On this page", run: create } : null,
  );
  usePaletteCommands(
    creates
      ? {
          heading: "Customers",
          commands: [{ id: "new", label: "New customer", icon: Plus, keys: "n", run: create }],
        }
      : null,
  );

  const shown = filters.values.balance ?? catalog.metered.slice(0, 1).map(({ id }) => id);
  const columns = customerColumns({
    features: catalog.metered.filter(({ id }) => shown.includes(id)),
    planName: catalog.planName,
  });
  const rows = customers.data?.list;
  const newButton = (
    <GuardedButton variant="primary" reason={createRefusal} onClick={create}>
      <Plus aria-hidden />
      New customer
    </GuardedButton>
  );
  return (
    <>
      <PageHeader title="Customers" actions={newButton} />
      <CustomerFilters filters={filters} catalog={catalog} balances={shown} />
      <DataTable
        label="Customers"
        columns={columns}
        rows={rows}
        rowKey={({ internal_id }) => internal_id}
        rowHref={(customer) => `${base}/customers/${encodeURIComponent(referenceOf(customer))}`}
        refreshing={customers.isFetching && rows !== undefined}
        failure={queryFailure(customers)}
        filters={filters.active}
        onClearFilters={filters.clear}
        sort={{ key: "created", direction: filters.values.order }}
        onSort={({ direction }) => filters.set({ order: direction })}
        empty={
          filters.paging.cursor === null ? (
            <EmptyState
              icon={Users}
              title="No customers yet"
              action={newButton}
              code={<CodeBlock title="The same from your server" code={createSnippet} />}
            >
              A customer is whoever pays you. Your code makes one when somebody signs up.
            </EmptyState>
          ) : (
            <EmptyState title="This page is empty">
              Its customers were deleted since. Go back to the first page.
            </EmptyState>
          )
        }
        pager={
          <TablePager
            paging={filters.paging}
            nextCursor={customers.data?.next_cursor ?? null}
            shown={rows?.length ?? 0}
            noun="customers"
          />
        }
      />
      <CreateCustomerSheet open={sheet === "create"} onClose={() => void setSheet(null)} />
    </>
  );
}

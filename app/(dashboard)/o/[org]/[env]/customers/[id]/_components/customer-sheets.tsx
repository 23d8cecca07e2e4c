"use client";

import { useRouter } from "next/navigation";
import { usePlacePath } from "@/components/layout/use-place-path";
import type { CatalogNames } from "@/components/pickers/use-catalog";
import { GrantSheet } from "./grant/grant-sheet";
import { AttachSheet } from "./sheets/attach-sheet";
import { CheckSheet } from "./sheets/check-sheet";
import { CreateEntitySheet } from "./sheets/create-entity-sheet";
import { DeleteCustomerDialog } from "./sheets/delete-customer-dialog";
import { EditCustomerSheet } from "./sheets/edit-customer-sheet";
import { RecordUsageSheet } from "./sheets/record-usage-sheet";
import type { useCustomerActions } from "./use-customer-actions";
import type { CustomerScope, SheetName, SheetState } from "./use-customer-scope";

type CustomerSheetsProps = {
  scope: CustomerScope;
  catalog: CatalogNames;
  sheet: SheetState;
  actions: ReturnType<typeof useCustomerActions>;
  onEntityCreated: (entityId: string) => void;
};

/** The sheets of a customer page. An address that names a forbidden one opens nothing. */
export function CustomerSheets(props: CustomerSheetsProps) {
  const { scope, catalog, sheet, actions, onEntityCreated } = props;
  const router = useRouter();
  const base = usePlacePath();
  const isOpen = (name: SheetName) => sheet.name === name && actions[name].refusal === null;
  const shared = { scope, catalog, onClose: sheet.close };
  return (
    <>
      <GrantSheet {...shared} open={isOpen("grant")} featureId={sheet.feature} />
      <AttachSheet {...shared} open={isOpen("attach")} />
      <RecordUsageSheet {...shared} open={isOpen("usage")} featureId={sheet.feature} />
      <CheckSheet
        {...shared}
        open={isOpen("check")}
        featureId={sheet.feature}
        onGrant={actions.grant.refusal === null ? (feature) => sheet.open("grant", feature) : null}
      />
      <CreateEntitySheet {...shared} open={isOpen("entity")} onCreated={onEntityCreated} />
      <EditCustomerSheet
        customer={scope.customer}
        onClose={sheet.close}
        open={isOpen("edit")}
        onRenamed={(id) => router.replace(`${base}/customers/${encodeURIComponent(id)}`)}
      />
      <DeleteCustomerDialog
        customer={scope.customer}
        onClose={sheet.close}
        open={isOpen("delete")}
      />
    </>
  );
}

"use client";

import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { toast } from "sonner";
import { useDisplayClock } from "@/components/display-clock";
import { formatCount } from "@/components/format";
import { callErrorOf, useTRPCClient } from "@/components/trpc";
import { Button } from "@/components/ui/button";
import type { LedgerRow, Lot } from "../../../../_components/customer-types";
import { ledgerCsv, saveFile } from "./export-ledger";
import type { useLedgerAddress } from "./use-ledger-address";

const pageSize = 1000;

type ExportButtonProps = {
  query: ReturnType<typeof useLedgerAddress>["query"];
  /** The instant of the rows on the page, so that the file ends with the same entry. */
  asOf: number;
  lots: readonly Lot[];
  planName: (id: string) => string;
  featureName: (id: string) => string;
};

/** Saves every entry that the filters leave, not only those of the page. */
export function ExportButton({ query, asOf, lots, planName, featureName }: ExportButtonProps) {
  const client = useTRPCClient();
  const { zone } = useDisplayClock();
  const save = useMutation({
    mutationFn: async () => {
      const rows: LedgerRow[] = [];
      let start_cursor: string | null = "";
      while (start_cursor !== null) {
        const page: { list: LedgerRow[]; next_cursor: string | null } =
          await client.api.balances.explain.query({
            ...query,
            as_of: asOf,
            limit: pageSize,
            start_cursor,
          });
        rows.push(...page.list);
        start_cursor = page.next_cursor;
      }
      return rows;
    },
    onSuccess: (rows) => {
      const name = `ledger-${query.customer_id}-${query.feature_id}.csv`;
      const featureId = query.feature_id;
      const file = ledgerCsv({ rows, lots, planName, featureName, featureId, zone });
      saveFile(name, file, "text/csv;charset=utf-8");
      toast.success(`${formatCount(rows.length, "entry", "entries")} saved as CSV`);
    },
    onError: (error) =>
      toast.error(`The entries could not be saved. ${callErrorOf(error).message}`),
  });
  return (
    <Button pending={save.isPending} onClick={() => save.mutate()}>
      {save.isPending ? null : <Download aria-hidden />}
      Export CSV
    </Button>
  );
}

import { TriangleAlert } from "lucide-react";
import { formatQuantity } from "@/components/format";
import { Alert, AlertDescription, AlertTitle } from "@/components/ui/alert";
import type { Lot } from "../../../../_components/customer-types";
import { lotName } from "./equation";

type ReconcileBannerProps = { lots: readonly Lot[]; planName: (id: string) => string };

/** Says that a stored balance is not what its ledger adds up to, with both numbers. */
export function ReconcileBanner({ lots, planName }: ReconcileBannerProps) {
  const differing = lots.filter(({ reconciles }) => !reconciles);
  if (differing.length === 0) return null;
  return (
    <Alert tone="danger" role="alert" className="mb-4">
      <TriangleAlert aria-hidden />
      <AlertTitle>The stored balance differs from its ledger</AlertTitle>
      <AlertDescription>
        <ul className="grid gap-1">
          {differing.map((lot) => (
            <li key={lot.id}>
              {lotName(lot, planName)}: {formatQuantity(lot.stored.balance)} stored,{" "}
              {formatQuantity(lot.ledger.balance)} by the ledger
              {lot.stored.granted === lot.ledger.granted
                ? null
                : `; ${formatQuantity(lot.stored.granted)} granted as stored, ${formatQuantity(lot.ledger.granted)} by the ledger`}
              . <span className="font-mono text-xs">{lot.id}</span>
            </li>
          ))}
        </ul>
        <p className="mt-1">
          Something changed the balance past Windfall. Checks go by the stored number; the ledger is
          what was recorded.
        </p>
      </AlertDescription>
    </Alert>
  );
}

import { Fragment } from "react";
import { formatQuantity } from "@/components/format";
import { Card } from "@/components/ui/card";
import type { Explanation } from "../../../../_components/customer-types";
import { equationOf } from "./equation";

type LedgerEquationProps = {
  explanation: Explanation;
  unit: string;
  planName: (id: string) => string;
};

/** Why the balance is what it is, on one line: granted, plus granted, less used. */
export function LedgerEquation({ explanation, unit, planName }: LedgerEquationProps) {
  const { lots, as_of, balance } = explanation;
  const { terms, result, unlimited } = equationOf(lots, as_of, planName);
  const left = String(balance?.remaining ?? 0);
  return (
    <Card className="p-4">
      <p className="flex flex-wrap items-baseline gap-x-2.5 gap-y-2" data-equation>
        {terms.map(({ key, label, sign, amount }, index) => (
          <Fragment key={key}>
            {index > 0 || sign === "−" ? (
              <span className="text-lg text-muted-foreground"> {sign} </span>
            ) : null}
            <span>
              <span className="text-muted-foreground">{label} </span>
              <span className="font-medium text-lg">{formatQuantity(amount)}</span>
            </span>
          </Fragment>
        ))}
        <span className="text-lg text-muted-foreground"> = </span>
        <span>
          <strong className="font-semibold text-2xl">
            {unlimited ? "Unlimited" : formatQuantity(result)}
          </strong>{" "}
          <span className="text-muted-foreground">{unit}</span>
        </span>
      </p>
      {unlimited || left === result ? null : (
        <p className="mt-2 text-muted-foreground">
          {formatQuantity(left)} can be used: a lot below zero does not lower what the others hold.
        </p>
      )}
    </Card>
  );
}

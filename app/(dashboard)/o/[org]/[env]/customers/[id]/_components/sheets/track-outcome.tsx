"use client";

import { Decimal } from "decimal.js";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { useEffect, useRef } from "react";
import { formatQuantity } from "@/components/format";
import { Alert, AlertDescription, AlertTitle } from "@/components/ui/alert";
import { SheetBody, SheetFooter } from "@/components/ui/sheet";
import { BalanceMeter } from "../../../_components/balance-meter";
import type { TrackAnswer } from "../../../_components/customer-types";
import { DoneButton } from "./done-button";

type TrackOutcomeProps = {
  outcome: TrackAnswer;
  unit: string;
  planName: (id: string) => string;
  onClose: () => void;
};

/** What a track took and from where, and what it found nothing to take from. */
export function TrackOutcome({ outcome, unit, planName, onClose }: TrackOutcomeProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const asked = new Decimal(outcome.value);
  const taken = Decimal.sum(0, ...outcome.deductions.map(({ value }) => value));
  const missing = asked.minus(taken);
  return (
    <>
      <SheetBody>
        <div className="flex items-center gap-2">
          <CircleCheck className="size-5 text-success" aria-hidden />
          <h3 ref={heading} tabIndex={-1} className="font-semibold text-lg">
            Recorded {formatQuantity(asked)} {unit}
          </h3>
        </div>
        {missing.isZero() ? null : (
          <Alert tone="warning">
            <TriangleAlert aria-hidden />
            <AlertTitle>{formatQuantity(missing.abs())} of it changed no balance</AlertTitle>
            <AlertDescription>
              {outcome.balance === null
                ? "There is no balance of this feature here. The event is kept all the same."
                : asked.isNegative()
                  ? "No more than was used can be given back. The event is kept in full."
                  : "The balance is used up. The event is kept in full, what was beyond is not owed."}
            </AlertDescription>
          </Alert>
        )}
        {outcome.deductions.length > 0 ? (
          <ul aria-label="Taken from" className="grid gap-1">
            {outcome.deductions.map(({ balance_id, plan_id, value }) => (
              <li key={balance_id} className="flex justify-between gap-4">
                <span className="text-muted-foreground">
                  {value < 0 ? "Given back to" : "Taken from"}{" "}
                  {plan_id === null ? "a grant" : planName(plan_id)}
                </span>
                <span>{formatQuantity(new Decimal(value).abs())}</span>
              </li>
            ))}
          </ul>
        ) : null}
        {outcome.balance ? <BalanceMeter label={`${unit} left`} balance={outcome.balance} /> : null}
      </SheetBody>
      <SheetFooter>
        <DoneButton onClose={onClose} />
      </SheetFooter>
    </>
  );
}

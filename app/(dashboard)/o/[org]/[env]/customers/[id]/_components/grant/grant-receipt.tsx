"use client";

import { ArrowRight, CircleCheck, Undo2 } from "lucide-react";
import Link from "next/link";
import { useEffect, useRef } from "react";
import { useDisplayClock } from "@/components/display-clock";
import { ErrorPanel } from "@/components/error-panel";
import { formatInstant, formatQuantity } from "@/components/format";
import { GuardedButton } from "@/components/guarded-button";
import { announce } from "@/components/live-region";
import { callErrorOf } from "@/components/trpc";
import { Button } from "@/components/ui/button";
import { SheetBody, SheetFooter } from "@/components/ui/sheet";
import { undoWindowMinutes } from "@/server/core/balances/undo";
import { DoneButton } from "../sheets/done-button";
import type { CustomerScope } from "../use-customer-scope";
import { grantDone } from "./grant-values";
import type { Figures } from "./preview-edit";
import { type GrantReceipt as Receipt, useUndo } from "./use-grant";

type GrantReceiptProps = {
  scope: CustomerScope;
  receipt: Receipt;
  before: Figures;
  unit: string;
  /** The ledger page with the new entry in sight. */
  entryHref: string;
  /** When the edit was made. */
  madeAt: number;
  onClose: () => void;
};

/** What was done, where it is written, and the way to take it back. */
export function GrantReceipt(props: GrantReceiptProps) {
  const { scope, receipt, before, unit, entryHref, madeAt, onClose } = props;
  const { now, zone } = useDisplayClock();
  const heading = useRef<HTMLHeadingElement>(null);
  const undo = useUndo(scope, receipt.values.feature, receipt.entryId);
  const undoUntil = madeAt + undoWindowMinutes * 60_000;
  const done = grantDone(receipt.values, unit);
  const after = undo.data ? undo.data.after : receipt.after;
  const sentence = undo.isSuccess
    ? `Undone: ${done.charAt(0).toLowerCase()}${done.slice(1)}`
    : done;
  const spoken = after === null ? sentence : `${sentence}, balance ${balanceText(after)}`;

  useEffect(() => {
    heading.current?.focus();
    announce(spoken);
  }, [spoken]);

  const reason = undo.isSuccess
    ? "This edit has been undone."
    : now > undoUntil
      ? `An edit can be undone for ${undoWindowMinutes} minutes. Make a new one instead.`
      : null;
  return (
    <>
      <SheetBody>
        <div className="grid justify-items-center gap-2 py-4 text-center">
          {undo.isSuccess ? (
            <Undo2 className="size-6 text-muted-foreground" aria-hidden />
          ) : (
            <CircleCheck className="size-6 text-success" aria-hidden />
          )}
          <h3 ref={heading} tabIndex={-1} className="font-semibold text-lg">
            {sentence}
          </h3>
          {after === null ? null : (
            <p className="flex items-center gap-2 text-xl">
              <span className="text-muted-foreground">
                {balanceText(undo.isSuccess && receipt.after ? receipt.after : before)}
              </span>
              <ArrowRight className="size-4 text-muted-foreground" role="img" aria-label="became" />
              <span className="font-semibold">{balanceText(after)}</span>
            </p>
          )}
        </div>
        <dl className="grid gap-2 border-y py-3">
          <Fact term="For">{scope.label}</Fact>
          <Fact term="Reason">{receipt.values.reason}</Fact>
          {receipt.values.mode === "add" ? (
            <Fact term="Expires">
              {receipt.expiresAt === null ? "Never" : formatInstant(receipt.expiresAt, zone)}
            </Fact>
          ) : null}
          <Fact term="Undo until">{formatInstant(undoUntil, zone)}</Fact>
        </dl>
        {undo.isError ? (
          <ErrorPanel
            title="This was not undone"
            message={callErrorOf(undo.error).message}
            requestId={callErrorOf(undo.error).requestId ?? undefined}
          />
        ) : null}
        <div className="flex flex-wrap gap-2">
          <Button asChild>
            <Link href={entryHref}>View entry</Link>
          </Button>
          <GuardedButton pending={undo.isPending} reason={reason} onClick={() => undo.mutate()}>
            {reason === null ? <Undo2 aria-hidden /> : null}
            Undo
          </GuardedButton>
        </div>
      </SheetBody>
      <SheetFooter>
        <DoneButton onClose={onClose} />
      </SheetFooter>
    </>
  );
}

function balanceText({ unlimited, remaining, signed }: Figures): string {
  if (unlimited) return "unlimited";
  return formatQuantity(remaining.isZero() && signed.isNegative() ? signed : remaining);
}

function Fact({ term, children }: { term: string; children: React.ReactNode }) {
  return (
    <div className="flex justify-between gap-4">
      <dt className="text-muted-foreground">{term}</dt>
      <dd className="min-w-0 break-words text-end">{children}</dd>
    </div>
  );
}

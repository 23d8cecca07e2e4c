"use client";

import { ArrowRight, TriangleAlert } from "lucide-react";
import { cn } from "@/components/cn";
import { formatQuantity } from "@/components/format";
import { Alert, AlertDescription } from "@/components/ui/alert";
import type { Quantity } from "@/server/core/quantity";
import type { EditPreview, Figures } from "./preview-edit";

type GrantPreviewProps = {
  /** Null while there is no amount to preview. */
  preview: EditPreview | null;
  /** The balance as it is. */
  before: Figures;
  unit: string;
  /** Whose balance is changed: "Seat: Ana". */
  scopeLabel: string;
};

/** The balance before and after, worked out while the operator types. */
export function GrantPreview({ preview, before, unit, scopeLabel }: GrantPreviewProps) {
  const own = preview && "own" in preview ? preview.own : null;
  const after = preview && "after" in preview ? preview.after : null;
  const changed = own?.after ?? after?.signed;
  const belowZero = changed?.isNegative() && !after?.unlimited ? changed : null;
  return (
    <section aria-label="Preview" className="grid gap-2 rounded-md border bg-raised p-3">
      <h3 className="font-medium text-sm">Preview</h3>
      <dl className="grid gap-1">
        <Change
          label={`${unit} left`}
          before={leftOf(before)}
          after={after && leftOf(after)}
          strong
        />
        {own ? (
          <Change
            label={`Of which ${scopeLabel} alone`}
            before={formatQuantity(own.before)}
            after={formatQuantity(own.after)}
          />
        ) : null}
        <Change
          label="Granted in all"
          before={formatQuantity(before.granted)}
          after={after && formatQuantity(after.granted)}
        />
        <Change
          label="Counted as used"
          before={formatQuantity(before.usage)}
          after={after && formatQuantity(after.usage)}
        />
      </dl>
      {belowZero ? (
        <Notice>
          This leaves {formatQuantity(belowZero.abs())} below zero: that much must be granted before
          anything of it can be used again.
        </Notice>
      ) : null}
      {preview && "refusal" in preview ? <Notice>{preview.refusal}</Notice> : null}
      <p className="text-muted-foreground text-xs">
        Worked out by the server’s own rules from the ledger as it stands. Nothing has changed yet.
      </p>
    </section>
  );
}

function leftOf(figures: Figures): string {
  return figures.unlimited ? "Unlimited" : formatQuantity(signedLeft(figures));
}

/** What is left, or what is missing when nothing is. */
function signedLeft({ remaining, signed }: Figures): Quantity {
  return remaining.isZero() && signed.isNegative() ? signed : remaining;
}

type ChangeProps = { label: string; before: string; after: string | null; strong?: boolean };

function Change({ label, before, after, strong = false }: ChangeProps) {
  const changes = after !== null && after !== before;
  return (
    <div className="flex items-baseline justify-between gap-4">
      <dt className="text-muted-foreground">{label}</dt>
      <dd className={cn("flex items-center gap-1.5", strong && "font-semibold text-base")}>
        {before}
        {changes ? (
          <>
            <ArrowRight
              className="size-3.5 text-muted-foreground"
              role="img"
              aria-label="becomes"
            />
            {after}
          </>
        ) : null}
      </dd>
    </div>
  );
}

function Notice({ children }: { children: React.ReactNode }) {
  return (
    <Alert tone="warning">
      <TriangleAlert aria-hidden />
      <AlertDescription>{children}</AlertDescription>
    </Alert>
  );
}

import { Circle, CircleDot, Clock, TriangleAlert } from "lucide-react";
import { formatQuantity, nothing } from "@/components/format";
import { Quantity } from "@/components/quantity";
import type { Column } from "@/components/tables/column-head";
import { DataTable } from "@/components/tables/data-table";
import { Timestamp } from "@/components/timestamp";
import { Badge } from "@/components/ui/badge";
import type { Lot } from "../../../../_components/customer-types";
import { isLiveLot, lotName } from "./equation";

type LotsTableProps = {
  lots: readonly Lot[];
  /** The instant that the figures are of. */
  at: number;
  planName: (id: string) => string;
};

/** The lots behind the balance, in the order in which they are used up; ended ones come last. */
export function LotsTable({ lots, at, planName }: LotsTableProps) {
  const live = lots.filter((lot) => isLiveLot(lot, at));
  const columns: readonly Column<Lot>[] = [
    {
      key: "lot",
      header: "Lot",
      cell: (lot) => (
        <span className="flex flex-wrap items-center gap-2">
          {live.length > 1 && live.includes(lot) ? (
            <span className="text-muted-foreground">{live.indexOf(lot) + 1}.</span>
          ) : null}
          <span className="font-medium">{lotName(lot, planName)}</span>
          {lot.entity_id ? <Badge tone="info">For {lot.entity_id}</Badge> : null}
          {lot.reconciles ? null : (
            <Badge tone="danger">
              <TriangleAlert aria-hidden />
              Differs
            </Badge>
          )}
        </span>
      ),
    },
    {
      key: "granted",
      header: "Granted",
      align: "end",
      cell: (lot) => <Quantity value={lot.granted} unlimited={lot.unlimited} />,
    },
    {
      key: "used",
      header: "Used",
      align: "end",
      narrow: "hide",
      cell: (lot) => <Quantity value={lot.usage} />,
    },
    {
      key: "left",
      header: "Left",
      align: "end",
      cell: (lot) => (lot.unlimited ? nothing : formatQuantity(lot.balance)),
    },
    { key: "state", header: "State", cell: (lot) => <LotState lot={lot} at={at} /> },
    {
      key: "resets",
      header: "Resets",
      narrow: "hide",
      cell: ({ next_reset_at }) =>
        next_reset_at === null ? (
          <span className="text-muted-foreground">Never</span>
        ) : (
          <Timestamp at={next_reset_at} show="day" />
        ),
    },
  ];
  return (
    <DataTable
      label="Lots"
      columns={columns}
      rows={lots}
      rowKey={({ id }) => id}
      empty={<p className="p-4 text-muted-foreground">Nothing of this feature was ever granted.</p>}
    />
  );
}

function LotState({ lot, at }: { lot: Lot; at: number }) {
  const { starts_at, expires_at, ended_at } = lot;
  if (ended_at !== null) {
    return <DatedBadge icon={Circle} tone="neutral" word="Ended" at={ended_at} />;
  }
  if (expires_at !== null && expires_at <= at) {
    return <DatedBadge icon={Circle} tone="neutral" word="Expired" at={expires_at} />;
  }
  if (starts_at > at)
    return <DatedBadge icon={Clock} tone="scheduled" word="Begins" at={starts_at} />;
  if (expires_at !== null) {
    return <DatedBadge icon={CircleDot} tone="success" word="Expires" at={expires_at} />;
  }
  return (
    <Badge tone="success">
      <CircleDot aria-hidden />
      Lasting
    </Badge>
  );
}

type DatedBadgeProps = {
  icon: typeof Circle;
  tone: "neutral" | "success" | "scheduled";
  word: string;
  at: number;
};

function DatedBadge({ icon: Icon, tone, word, at }: DatedBadgeProps) {
  return (
    <Badge tone={tone}>
      <Icon aria-hidden />
      {word} <Timestamp at={at} show="day" tabStop={false} />
    </Badge>
  );
}

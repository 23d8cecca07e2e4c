import Link from "next/link";
import { cn } from "@/components/cn";
import { formatDelta, formatQuantity, nothing } from "@/components/format";
import type { Column } from "@/components/tables/column-head";
import { Timestamp } from "@/components/timestamp";
import { Badge } from "@/components/ui/badge";
import type { LedgerRow, Lot } from "../../../../_components/customer-types";
import { actorText, type EntryContext, kindWord, sourceText } from "./entry-words";
import { lotName } from "./equation";

type EntryColumns = EntryContext & {
  lots: readonly Lot[];
  planName: (id: string) => string;
  /** The edit to mark. */
  marked: string | null;
  /** The page of the events behind the use of a feature. */
  eventsHref: (featureId: string) => string;
};

/** The columns of the ledger: when, what, how much, and who with which reason. */
export function entryColumns({
  lots,
  planName,
  marked,
  eventsHref,
  ...context
}: EntryColumns): readonly Column<LedgerRow>[] {
  const lotOf = (row: LedgerRow) => lots.find(({ id }) => id === row.lot_id);
  return [
    {
      key: "at",
      header: "Time",
      cell: (row) => (
        <span data-marked={row.edit !== null && row.edit.entry_id === marked ? "yes" : undefined}>
          <Timestamp at={row.at} show="second" tabStop={false} />
        </span>
      ),
    },
    {
      key: "kind",
      header: "Kind",
      cell: (row) => (
        <span className="flex flex-wrap items-center gap-1">
          <Badge tone={row.edit === null ? "neutral" : "info"}>{kindWord(row)}</Badge>
          {row.edit?.undone ? <Badge tone="outline">Undone</Badge> : null}
        </span>
      ),
    },
    {
      key: "delta",
      header: "Change",
      align: "end",
      cell: ({ delta }) => (
        <span className={cn("font-medium", delta > 0 && "text-success")}>{formatDelta(delta)}</span>
      ),
    },
    {
      key: "total",
      header: "Balance",
      align: "end",
      cell: ({ total_after }) => formatQuantity(total_after),
    },
    {
      key: "source",
      header: "Source",
      className: "max-md:whitespace-normal max-md:break-words",
      cell: (row) => (
        <Source
          row={row}
          lot={lotOf(row)}
          planName={planName}
          context={context}
          eventsHref={eventsHref}
        />
      ),
    },
    { key: "actor", header: "Who", narrow: "hide", cell: actorText },
    {
      key: "reason",
      header: "Reason",
      // Most entries have none, so on a narrow screen the source says it.
      narrow: "hide",
      className: "max-w-72 break-words",
      cell: ({ edit }) => edit?.reason || <span className="text-muted-foreground">{nothing}</span>,
    },
  ];
}

type SourceProps = Pick<EntryColumns, "planName" | "eventsHref"> & {
  row: LedgerRow;
  context: EntryContext;
  lot: EntryColumns["lots"][number] | undefined;
};

/** What made an entry, and the lot that it moved; usage leads to its events. */
function Source({ row, lot, planName, context, eventsHref }: SourceProps) {
  const text = sourceText(row, context, lot);
  return (
    <span className="grid">
      {row.event === null ? (
        <span>{text}</span>
      ) : (
        <Link
          href={eventsHref(row.event.feature_id)}
          className="w-fit underline underline-offset-2"
        >
          {text}
        </Link>
      )}
      {lot ? (
        <span className="text-muted-foreground text-xs">
          {row.delta < 0 ? "from" : "to"} {lotName(lot, planName)}
          {lot.entity_id ? ` of ${lot.entity_id}` : ""}
        </span>
      ) : null}
      {row.edit?.reason ? <span className="break-words md:hidden">{row.edit.reason}</span> : null}
    </span>
  );
}

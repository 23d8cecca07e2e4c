import { dateTimeField } from "@/components/forms/zoned-time";
import type { LedgerRow, Lot } from "../../../../_components/customer-types";
import { actorText, type EntryContext, kindWord, sourceText } from "./entry-words";
import { lotName } from "./equation";

/** Quotes what needs it. A text that a spreadsheet would run as a formula becomes plain text. */
function cell(value: string | number): string {
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : `${value}`;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

type LedgerCsv = EntryContext & {
  rows: readonly LedgerRow[];
  lots: readonly Lot[];
  planName: (id: string) => string;
  zone: string;
};

/** The ledger as a file for spreadsheets, newest first; numbers in full, the zone in the header. */
export function ledgerCsv({ rows, lots, planName, zone, ...context }: LedgerCsv): string {
  const header = [
    `Time (${zone})`,
    "Unix milliseconds",
    "Kind",
    "Change",
    "Balance",
    "Lot",
    "Lot ID",
    "Lot balance",
    "Source",
    "Who",
    "Reason",
    "Entry ID",
  ];
  const lines = rows.map((row) => {
    const lot = lots.find(({ id }) => id === row.lot_id);
    return [
      dateTimeField(row.at, zone).replace("T", " "),
      row.at,
      kindWord(row),
      row.delta,
      row.total_after,
      lot ? lotName(lot, planName) : "",
      row.lot_id,
      row.balance_after,
      sourceText(row, context, lot),
      actorText(row),
      row.edit?.reason ?? "",
      row.edit?.entry_id ?? row.id,
    ];
  });
  return [header, ...lines].map((line) => `${line.map(cell).join(",")}\r\n`).join("");
}

/** Has the browser save a text as a file. */
export function saveFile(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

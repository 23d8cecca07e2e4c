"use client";

import { ArrowDown, ArrowUp, ArrowUpDown } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/components/cn";
import { Button } from "@/components/ui/button";
import { TableHead } from "@/components/ui/table";

/** A column; the first one names the row, and holds its link. */
export type Column<Row> = {
  key: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand at the end, so that their digits line up. */
  align?: "start" | "end" | undefined;
  /** Below 768 px, where rows are stacked, only the key columns stay. */
  narrow?: "show" | "hide" | undefined;
  sortable?: boolean | undefined;
  /** For the width: `"w-40"`, `"max-w-60"`. */
  className?: string | undefined;
};

export type TableSort = { key: string; direction: "asc" | "desc" };

/** Keeps the head in view below the shell's own sticky parts. */
export const stickyHead =
  "z-10 bg-surface first:rounded-tl-lg last:rounded-tr-lg md:group-data-[scrolls=no]/scroll:sticky md:group-data-[scrolls=no]/scroll:top-(--shell-top,0px)";

type ColumnHeadProps<Row> = {
  column: Column<Row>;
  sort: TableSort | undefined;
  onSort: ((sort: TableSort) => void) | undefined;
};

/** The head of a column; a sortable one is a button that says how the rows are sorted. */
export function ColumnHead<Row>({ column, sort, onSort }: ColumnHeadProps<Row>) {
  const direction = sort?.key === column.key ? sort.direction : undefined;
  const end = column.align === "end";
  const className = cn(stickyHead, end && "text-end", column.className);
  if (!column.sortable || !onSort)
    return <TableHead className={className}>{column.header}</TableHead>;
  const Icon = direction === undefined ? ArrowUpDown : direction === "asc" ? ArrowUp : ArrowDown;
  const ariaSort = { asc: "ascending", desc: "descending" } as const;
  return (
    <TableHead className={className} aria-sort={direction ? ariaSort[direction] : "none"}>
      <Button
        variant="ghost"
        size="sm"
        className={cn("-mx-1.75 gap-1 px-1.5 text-inherit", end && "flex-row-reverse")}
        onClick={() => onSort({ key: column.key, direction: direction === "asc" ? "desc" : "asc" })}
      >
        {column.header}
        <Icon className="size-3" aria-hidden />
      </Button>
    </TableHead>
  );
}

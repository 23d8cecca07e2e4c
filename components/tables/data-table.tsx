"use client";

import Link from "next/link";
import { type ReactNode, useEffect, useRef } from "react";
import { cn } from "@/components/cn";
import { EmptyState } from "@/components/empty-state";
import { ErrorPanel } from "@/components/error-panel";
import { formatCount } from "@/components/format";
import { announce } from "@/components/live-region";
import { ScrollRegion } from "@/components/scroll-region";
import {
  type Column,
  ColumnHead,
  stickyHead,
  type TableSort,
} from "@/components/tables/column-head";
import { type ActiveFilter, FilterChips } from "@/components/tables/filters";
import { ProgressLine } from "@/components/tables/progress-line";
import { useDensity } from "@/components/tables/use-density";
import { useRowKeyboard } from "@/components/tables/use-row-keyboard";
import { Skeleton } from "@/components/ui/skeleton";
import {
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
} from "@/components/ui/table";

export type TableFailure = {
  message: string;
  requestId?: string | undefined;
  onRetry: () => void;
  retrying?: boolean | undefined;
};

type DataTableProps<Row> = {
  /** In the plural: "Customers". */
  label: string;
  columns: readonly Column<Row>[];
  /** `undefined` until the first answer; older rows stay while newer ones load. */
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  rowHref?: ((row: Row) => string) | undefined;
  /** A menu or buttons at the end of the row. */
  rowActions?: ((row: Row) => ReactNode) | undefined;
  refreshing?: boolean | undefined;
  failure?: TableFailure | null | undefined;
  /** Shown when there is nothing yet: an `EmptyState`. */
  empty: ReactNode;
  /** The filters in force; with them, no rows means "no match" and not "nothing yet". */
  filters?: readonly ActiveFilter[] | undefined;
  onClearFilters?: (() => void) | undefined;
  sort?: TableSort | undefined;
  onSort?: ((sort: TableSort) => void) | undefined;
  /** A `TablePager`. */
  pager?: ReactNode;
};

/** A list that the server filters, sorts and pages, with all of its states. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, rows, refreshing = false, failure, filters = [] } = props;
  useFilterAnnouncement(props);
  const title = `${label} could not be loaded`;
  if (failure && rows === undefined) return <ErrorPanel title={title} {...failure} />;
  if (rows?.length === 0) {
    return (
      <div className="relative rounded-lg border bg-surface" aria-busy={refreshing}>
        <ProgressLine active={refreshing} />
        {filters.length === 0 ? props.empty : <NoMatch {...props} filters={filters} />}
      </div>
    );
  }
  return (
    <div aria-busy={refreshing || rows === undefined}>
      {failure ? <ErrorPanel className="mb-3" title={title} {...failure} /> : null}
      <div className="relative rounded-lg border bg-surface">
        <ProgressLine active={refreshing} />
        <ScrollRegion aria-label={label} className="rounded-lg">
          <Rows {...props} />
        </ScrollRegion>
      </div>
      {rows === undefined ? null : props.pager}
    </div>
  );
}

/** After a filter changed, says how many rows it left. */
function useFilterAnnouncement<Row>({
  label,
  rows,
  refreshing = false,
  filters = [],
}: DataTableProps<Row>): void {
  const inForce = filters.map((filter) => filter.label).join(", ");
  const announced = useRef(inForce);
  const count = rows?.length;
  useEffect(() => {
    if (refreshing || count === undefined || announced.current === inForce) return;
    announced.current = inForce;
    announce(`${label}: ${formatCount(count, "row")} shown`);
  }, [refreshing, count, inForce, label]);
}

function NoMatch<Row>({
  label,
  filters = [],
  onClearFilters,
}: Pick<DataTableProps<Row>, "label" | "filters" | "onClearFilters">) {
  return (
    <EmptyState
      title={`No ${label.toLowerCase()} match`}
      action={<FilterChips active={filters} onClear={onClearFilters} />}
    >
      Lift a filter to see more.
    </EmptyState>
  );
}

function Rows<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, rowActions } = props;
  const [density] = useDensity();
  const table = useRowKeyboard(props.rowHref !== undefined);
  return (
    <Table
      ref={table}
      aria-label={label}
      data-density={density}
      className="group/table max-md:block"
    >
      <TableHeader className="max-md:sr-only">
        <TableRow>
          {columns.map((column) => (
            <ColumnHead key={column.key} column={column} sort={props.sort} onSort={props.onSort} />
          ))}
          {rowActions ? (
            <TableHead className={stickyHead}>
              <span className="sr-only">Actions</span>
            </TableHead>
          ) : null}
        </TableRow>
      </TableHeader>
      <TableBody className="max-md:block">
        {rows === undefined
          ? placeholders.map((width) => (
              <PlaceholderRow key={width} width={width} columns={columns} actions={!!rowActions} />
            ))
          : rows.map((row) => <BodyRow key={rowKey(row)} row={row} {...props} />)}
      </TableBody>
    </Table>
  );
}

const rowClasses =
  "group/row hover:bg-raised focus-within:bg-raised max-md:relative max-md:grid max-md:grid-cols-2 max-md:gap-x-4 max-md:gap-y-2 max-md:border-b max-md:p-3 max-md:last:border-b-0";
const cellClasses =
  "group-data-[density=compact]/table:h-7.5 group-data-[density=compact]/table:py-0 max-md:block max-md:h-auto max-md:border-0 max-md:p-0";
// In a table that scrolls sideways the row's menu stays in view.
const actionsClasses =
  "w-0 bg-surface text-end group-focus-within/row:bg-raised group-hover/row:bg-raised md:sticky md:right-0 max-md:absolute max-md:top-2 max-md:right-2 max-md:w-auto";
const labelled =
  "max-md:before:block max-md:before:text-muted-foreground max-md:before:text-xs max-md:before:content-[attr(data-label)]";

function BodyRow<Row>({
  row,
  columns,
  rowHref,
  rowActions,
}: Pick<DataTableProps<Row>, "columns" | "rowHref" | "rowActions"> & { row: Row }) {
  return (
    <TableRow className={rowClasses}>
      {columns.map((column, index) => {
        const { key, align, narrow, className } = column;
        const classes = cn(
          cellClasses,
          align === "end" && "text-end max-md:text-start",
          narrow === "hide" && "max-md:hidden",
          className,
        );
        if (index > 0) {
          return (
            <TableCell key={key} data-label={column.header} className={cn(classes, labelled)}>
              {column.cell(row)}
            </TableCell>
          );
        }
        return (
          <TableHead
            key={key}
            scope="row"
            className={cn(
              "whitespace-normal py-1 font-normal text-foreground text-sm max-md:col-span-full max-md:pr-10",
              classes,
            )}
          >
            {rowHref ? (
              <Link
                href={rowHref(row)}
                data-row-link
                className="flex min-h-6 flex-col justify-center rounded-sm font-medium hover:underline"
              >
                {column.cell(row)}
              </Link>
            ) : (
              column.cell(row)
            )}
          </TableHead>
        );
      })}
      {rowActions ? (
        <TableCell className={cn(cellClasses, actionsClasses)}>{rowActions(row)}</TableCell>
      ) : null}
    </TableRow>
  );
}

const placeholders = [60, 45, 70, 50, 65, 40, 55, 48];

type PlaceholderRowProps = {
  width: number;
  columns: readonly { key: string; narrow?: "show" | "hide" | undefined }[];
  actions: boolean;
};

function PlaceholderRow({ width, columns, actions }: PlaceholderRowProps) {
  return (
    <TableRow className={rowClasses}>
      {columns.map(({ key, narrow }) => (
        <TableCell key={key} className={cn(cellClasses, narrow === "hide" && "max-md:hidden")}>
          <Skeleton style={{ width: `${width}%` }} />
        </TableCell>
      ))}
      {actions ? <TableCell className={cellClasses} /> : null}
    </TableRow>
  );
}

"use client";

import {
  pointLabel,
  pointTotal,
  seriesTotal,
  type UsageChartProps,
} from "@/components/charts/usage";
import { formatQuantity } from "@/components/format";
import { ScrollRegion } from "@/components/scroll-region";
import {
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
} from "@/components/ui/table";

/** The chart's numbers, exact and in full. */
export function UsageTable({ title, series, points, step, zone }: Omit<UsageChartProps, "unit">) {
  const withTotal = series.length > 1;
  return (
    <ScrollRegion aria-label={`${title}, as a table`} className="max-h-80 overflow-y-auto">
      <Table aria-label={title}>
        <TableHeader>
          <TableRow>
            <TableHead>Time ({zone})</TableHead>
            {series.map(({ key, label }) => (
              <TableHead key={key} className="text-end">
                {label}
              </TableHead>
            ))}
            {withTotal ? <TableHead className="text-end">Total</TableHead> : null}
          </TableRow>
        </TableHeader>
        <TableBody>
          {points.map((point) => (
            <TableRow key={point.at}>
              <TableHead scope="row" className="font-normal text-foreground text-sm">
                {pointLabel(point.at, step, zone)}
              </TableHead>
              {series.map(({ key }) => (
                <TableCell key={key} className="text-end">
                  {formatQuantity(point.values[key] ?? "0")}
                </TableCell>
              ))}
              {withTotal ? (
                <TableCell className="text-end font-medium">
                  {formatQuantity(pointTotal(point, series))}
                </TableCell>
              ) : null}
            </TableRow>
          ))}
          <TableRow>
            <TableHead scope="row" className="font-semibold text-foreground text-sm">
              Sum
            </TableHead>
            {series.map(({ key }) => (
              <TableCell key={key} className="text-end font-semibold">
                {formatQuantity(seriesTotal(points, key))}
              </TableCell>
            ))}
            {withTotal ? <TableCell /> : null}
          </TableRow>
        </TableBody>
      </Table>
    </ScrollRegion>
  );
}

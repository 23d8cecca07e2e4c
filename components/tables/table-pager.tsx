"use client";

import { ChevronLeft, ChevronRight, Rows4 } from "lucide-react";
import { useId } from "react";
import { formatQuantity } from "@/components/format";
import { type CursorPaging, type PageSize, pageSizes } from "@/components/tables/use-cursor-paging";
import { useDensity } from "@/components/tables/use-density";
import { Button } from "@/components/ui/button";
import { NativeSelect } from "@/components/ui/select";

type TablePagerProps = {
  paging: CursorPaging;
  /** `null` on the last page. */
  nextCursor: string | null;
  /** Rows on this page. */
  shown: number;
  /** How many match in all, when that is known; said as "about". */
  total?: number | undefined;
  /** In the plural: "customers". */
  noun: string;
};

/** The way through a list, page by page. */
export function TablePager({ paging, nextCursor, shown, total, noun }: TablePagerProps) {
  const id = useId();
  const [density, setDensity] = useDensity();
  return (
    <nav
      aria-label={`Pages of ${noun}`}
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 pt-3"
    >
      <p className="text-muted-foreground text-sm">
        {formatQuantity(shown)} {noun}
        {total === undefined ? null : ` of about ${formatQuantity(total)}`}
      </p>
      <div className="flex items-center gap-2">
        <Button
          variant="ghost"
          size="icon"
          aria-label="Compact rows"
          aria-pressed={density === "compact"}
          className="aria-pressed:bg-accent-soft aria-pressed:text-accent max-md:hidden"
          onClick={() => setDensity(density === "compact" ? "comfortable" : "compact")}
        >
          <Rows4 aria-hidden />
        </Button>
        <label htmlFor={id} className="text-muted-foreground text-sm">
          Rows
        </label>
        <NativeSelect
          id={id}
          className="w-20"
          value={paging.limit}
          onChange={(event) => {
            const size = pageSizes.find((candidate) => `${candidate}` === event.target.value);
            if (size) paging.setLimit(size satisfies PageSize);
          }}
        >
          {pageSizes.map((size) => (
            <option key={size} value={size}>
              {size}
            </option>
          ))}
        </NativeSelect>
        <Button
          onClick={paging.previous}
          aria-disabled={!paging.hasPrevious}
          aria-label="Previous page"
          size="icon"
        >
          <ChevronLeft aria-hidden />
        </Button>
        <Button
          onClick={() => {
            if (nextCursor !== null) paging.next(nextCursor);
          }}
          aria-disabled={nextCursor === null}
          aria-label="Next page"
          size="icon"
        >
          <ChevronRight aria-hidden />
        </Button>
      </div>
    </nav>
  );
}

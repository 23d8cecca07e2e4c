"use client";

import { ChevronDown, X } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuCheckboxItem,
  DropdownMenuContent,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";

/** A filter in force, in words, with the way to lift it. */
export type ActiveFilter = { key: string; label: string; onRemove: () => void };

type FilterBarProps = {
  /** The search field and the filter menus. */
  children: ReactNode;
  active?: readonly ActiveFilter[] | undefined;
  onClear?: (() => void) | undefined;
};

/** What stands above a table: its search, its filters, and those in force as removable chips. */
export function FilterBar({ children, active = [], onClear }: FilterBarProps) {
  return (
    <search className="mb-3 grid gap-2">
      <div className="flex flex-wrap items-center gap-2">{children}</div>
      <FilterChips active={active} onClear={onClear} />
    </search>
  );
}

type FilterChipsProps = {
  active: readonly ActiveFilter[];
  onClear?: (() => void) | undefined;
};

/** The filters in force; each can be lifted by itself, or all at once. */
export function FilterChips({ active, onClear }: FilterChipsProps) {
  if (active.length === 0) return null;
  return (
    <ul aria-label="Active filters" className="flex flex-wrap items-center gap-1.5">
      {active.map(({ key, label, onRemove }) => (
        <li key={key}>
          <button
            type="button"
            onClick={onRemove}
            className="inline-flex h-6 max-w-full items-center gap-1 rounded-sm bg-accent-soft pr-1 pl-2 font-medium text-accent text-xs hover:underline"
          >
            <span className="truncate">{label}</span>
            <X className="size-3 shrink-0" aria-hidden />
            <span className="sr-only">(remove filter)</span>
          </button>
        </li>
      ))}
      {onClear ? (
        <li>
          <Button variant="ghost" size="sm" className="h-6" onClick={onClear}>
            Clear filters
          </Button>
        </li>
      ) : null}
    </ul>
  );
}

type FilterMenuProps = {
  label: string;
  options: readonly { value: string; label: string }[];
  selected: readonly string[];
  onChange: (selected: string[]) => void;
};

/** A filter with several choices; it stays open while one after the other is ticked. */
export function FilterMenu({ label, options, selected, onChange }: FilterMenuProps) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button>
          {label}
          {selected.length > 0 ? (
            <span className="rounded-sm bg-accent-soft px-1 text-accent text-xs">
              {selected.length}
              <span className="sr-only"> chosen</span>
            </span>
          ) : null}
          <ChevronDown className="text-muted-foreground" aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start">
        {options.map((option) => (
          <DropdownMenuCheckboxItem
            key={option.value}
            checked={selected.includes(option.value)}
            onSelect={(event) => event.preventDefault()}
            onCheckedChange={(checked) =>
              onChange(
                checked
                  ? [...selected, option.value]
                  : selected.filter((value) => value !== option.value),
              )
            }
          >
            {option.label}
          </DropdownMenuCheckboxItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

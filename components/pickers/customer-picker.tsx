"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Check, ChevronsUpDown, Users } from "lucide-react";
import { useState } from "react";
import { cn } from "@/components/cn";
import { useTRPC } from "@/components/trpc";
import { Button } from "@/components/ui/button";
import {
  Command,
  CommandGroup,
  CommandInput,
  CommandItem,
  CommandList,
} from "@/components/ui/command";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover";

const shownAtMost = 20;

type CustomerPickerProps = {
  /** Null is every customer. */
  customerId: string | null;
  onChoose: (customerId: string | null) => void;
};

/** Chooses one customer, by part of a name, an e-mail address or an ID; or all of them. */
export function CustomerPicker({ customerId, onChoose }: CustomerPickerProps) {
  const [open, setOpen] = useState(false);
  const shown = customerId ?? "All customers";
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger asChild>
        <Button aria-label={`Customer: ${shown}`} className="min-w-0 max-w-60 shrink">
          <Users className="text-muted-foreground" aria-hidden />
          <span className="truncate">{shown}</span>
          <ChevronsUpDown className="text-muted-foreground" aria-hidden />
        </Button>
      </PopoverTrigger>
      <PopoverContent className="p-0" aria-label="Customer">
        <CustomerList
          customerId={customerId}
          onChoose={(chosen) => {
            setOpen(false);
            onChoose(chosen);
          }}
        />
      </PopoverContent>
    </Popover>
  );
}

function CustomerList({ customerId, onChoose }: CustomerPickerProps) {
  const trpc = useTRPC();
  const [search, setSearch] = useState("");
  const customers = useQuery(
    trpc.api.customers.list.queryOptions(
      { search, limit: shownAtMost },
      { placeholderData: keepPreviousData },
    ),
  );
  const list = customers.data?.list ?? [];
  const tick = (chosen: boolean) => (
    <Check className={cn("ml-auto", chosen ? "text-accent" : "invisible")} aria-hidden />
  );
  return (
    <Command shouldFilter={false} label="Customer">
      <CommandInput value={search} onValueChange={setSearch} placeholder="Search customers" />
      <CommandList label="Customers" className="max-h-72">
        <CommandItem value="all" onSelect={() => onChoose(null)}>
          <Users aria-hidden />
          All customers
          {tick(customerId === null)}
        </CommandItem>
        <CommandGroup heading="Customers">
          {list.map(({ id, internal_id, name, email }) => {
            const reference = id ?? internal_id;
            return (
              <CommandItem
                key={internal_id}
                value={`customer ${internal_id}`}
                onSelect={() => onChoose(reference)}
              >
                <span className="grid min-w-0">
                  <span className="truncate">{name || email || reference}</span>
                  <span className="truncate font-mono text-muted-foreground text-xs">
                    {reference}
                  </span>
                </span>
                {tick(customerId === reference)}
              </CommandItem>
            );
          })}
        </CommandGroup>
        {customers.isError ? (
          <p role="alert" className="px-2 py-1.5 text-danger text-sm">
            The customers could not be loaded.
          </p>
        ) : null}
        {customers.data?.next_cursor ? (
          <p className="px-2 py-1.5 text-muted-foreground text-xs">
            These are the newest {shownAtMost}. Search for the others.
          </p>
        ) : null}
      </CommandList>
    </Command>
  );
}

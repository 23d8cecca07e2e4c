"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Check, ChevronsUpDown, CircleUser, User } from "lucide-react";
import { useState } from "react";
import { cn } from "@/components/cn";
import { type CatalogNames, entityKind } from "@/components/pickers/use-catalog";
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

type EntityPickerProps = {
  customerId: string;
  catalog: CatalogNames;
  /** What the address names, whether or not it exists. */
  entityId: string | null;
  /** "Seat: Ana", once that is known. */
  label: string | null;
  onChoose: (entityId: string | null) => void;
};

/** Says whose plans and balances the page shows, and changes it. */
export function EntityPicker(props: EntityPickerProps) {
  const [open, setOpen] = useState(false);
  const { entityId, label } = props;
  const shown = entityId === null ? "Whole customer" : (label ?? entityId);
  const Icon = entityId === null ? CircleUser : User;
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger asChild>
        <Button
          aria-label={`Showing: ${shown}. Choose the customer or an entity`}
          className="min-w-0 max-w-full shrink"
        >
          <Icon className="text-muted-foreground" aria-hidden />
          <span className="truncate">{shown}</span>
          <ChevronsUpDown className="text-muted-foreground" aria-hidden />
        </Button>
      </PopoverTrigger>
      <PopoverContent className="p-0" aria-label="Customer or entity">
        <EntityList
          {...props}
          onChoose={(chosen) => {
            setOpen(false);
            props.onChoose(chosen);
          }}
        />
      </PopoverContent>
    </Popover>
  );
}

function EntityList({ customerId, catalog, entityId, onChoose }: EntityPickerProps) {
  const trpc = useTRPC();
  const [search, setSearch] = useState("");
  const entities = useQuery(
    trpc.api.entities.list.queryOptions(
      { customer_id: customerId, search, limit: shownAtMost },
      { placeholderData: keepPreviousData },
    ),
  );
  const list = entities.data?.list ?? [];
  const tick = (chosen: boolean) => (
    <Check className={cn("ml-auto", chosen ? "text-accent" : "invisible")} aria-hidden />
  );
  return (
    <Command shouldFilter={false} label="Customer or entity">
      <CommandInput value={search} onValueChange={setSearch} placeholder="Search entities" />
      <CommandList label="Customer and entities" className="max-h-72">
        <CommandItem value="customer" onSelect={() => onChoose(null)}>
          <CircleUser aria-hidden />
          Whole customer
          {tick(entityId === null)}
        </CommandItem>
        {entities.isError ? (
          <p role="alert" className="px-2 py-1.5 text-danger text-sm">
            The entities could not be loaded.
          </p>
        ) : null}
        <CommandGroup heading="Entities">
          {list.map(({ id, name, feature_id }) =>
            id === null ? null : (
              <CommandItem key={id} value={`entity ${id}`} onSelect={() => onChoose(id)}>
                <User aria-hidden />
                <span className="truncate">
                  {entityKind(catalog, feature_id)}: {name || id}
                </span>
                {name ? (
                  <span className="truncate font-mono text-muted-foreground text-xs">{id}</span>
                ) : null}
                {tick(entityId === id)}
              </CommandItem>
            ),
          )}
        </CommandGroup>
        {entities.data?.next_cursor ? (
          <p className="px-2 py-1.5 text-muted-foreground text-xs">
            These are the newest {shownAtMost}. Search for the others.
          </p>
        ) : null}
        {entities.isSuccess && list.length === 0 ? (
          <p className="px-2 py-1.5 text-muted-foreground text-sm">
            {search ? "No entity matches." : "This customer has no entities."}
          </p>
        ) : null}
      </CommandList>
    </Command>
  );
}

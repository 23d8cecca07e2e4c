"use client";

import { FileText } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useState, useSyncExternalStore } from "react";
import { Kbd } from "@/components/kbd";
import {
  type PaletteCommand,
  type PaletteGroup,
  type PaletteRecord,
  type PaletteSearch,
  paletteRegistry,
} from "@/components/layout/palette-commands";
import { useRecentRecords } from "@/components/layout/recent-records";
import { useRecordSearch } from "@/components/layout/record-search";
import { requestLeave } from "@/components/leave-guard";
import {
  Command,
  CommandDialog,
  CommandEmpty,
  CommandGroup,
  CommandInput,
  CommandItem,
  CommandList,
} from "@/components/ui/command";

type CommandPaletteProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Pages and verbs that are always there; a page's own come from `usePaletteCommands`. */
  groups: readonly PaletteGroup[];
  search: PaletteSearch;
  /** Separates the recent records of one environment from those of another. */
  placePath: string;
  /** "Acme, Sandbox": says where the search looks. */
  placeName: string;
};

/** ⌘K or Ctrl+K: pages, records and verbs in one list. */
export function CommandPalette({ open, onOpenChange, placeName, ...content }: CommandPaletteProps) {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey)) return;
      if (event.shiftKey || event.altKey) return;
      event.preventDefault();
      onOpenChange(!open);
    }
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [open, onOpenChange]);

  return (
    <CommandDialog
      open={open}
      onOpenChange={onOpenChange}
      title="Search and commands"
      description={`Searches ${placeName}. Type to search, arrow keys to move, Enter to choose.`}
    >
      <PaletteContent {...content} placeName={placeName} close={() => onOpenChange(false)} />
    </CommandDialog>
  );
}

type PaletteContentProps = Omit<CommandPaletteProps, "open" | "onOpenChange"> & {
  close: () => void;
};

const noGroups: readonly PaletteGroup[] = [];

function PaletteContent({ groups, search, placePath, placeName, close }: PaletteContentProps) {
  const router = useRouter();
  const [query, setQuery] = useState("");
  const { records, state } = useRecordSearch(query, search);
  const [recent, remember] = useRecentRecords(placePath);
  const pageGroups = useSyncExternalStore(
    paletteRegistry.subscribe,
    paletteRegistry.entries,
    () => noGroups,
  );

  function run(command: PaletteCommand): void {
    close();
    command.run();
  }
  function open(record: PaletteRecord): void {
    remember(record);
    close();
    requestLeave(() => router.push(record.href));
  }

  const idle = query.trim() === "";
  return (
    <Command shouldFilter={false} label="Search and commands">
      <CommandInput
        value={query}
        onValueChange={setQuery}
        placeholder={`Search ${placeName}, or type a command…`}
      />
      <CommandList label="Results">
        <CommandEmpty>
          {state === "searching" ? "Searching…" : `Nothing found for “${query}”.`}
        </CommandEmpty>
        {pageGroups.map((group) => (
          <CommandRows key={group.heading} group={group} query={query} onRun={run} />
        ))}
        <RecordRows
          heading={idle ? "Recent" : "Records"}
          records={idle ? recent : records}
          onOpen={open}
        />
        {state === "failed" ? (
          <p role="alert" className="px-2 py-1.5 text-danger text-sm">
            The records could not be searched. Change the text to try again.
          </p>
        ) : null}
        {groups.map((group) => (
          <CommandRows key={group.heading} group={group} query={query} onRun={run} />
        ))}
      </CommandList>
    </Command>
  );
}

function matches(command: PaletteCommand, query: string): boolean {
  const text = `${command.label} ${command.hint ?? ""} ${command.keywords ?? ""}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

type CommandRowsProps = {
  group: PaletteGroup;
  query: string;
  onRun: (command: PaletteCommand) => void;
};

function CommandRows({ group, query, onRun }: CommandRowsProps) {
  const shown = group.commands.filter((command) => matches(command, query));
  if (shown.length === 0) return null;
  return (
    <CommandGroup heading={group.heading}>
      {shown.map((command) => {
        const Icon = command.icon;
        const value = `${group.heading}/${command.id}`;
        return (
          <CommandItem key={value} value={value} onSelect={() => onRun(command)}>
            {Icon ? <Icon aria-hidden /> : null}
            <span className="truncate">{command.label}</span>
            {command.hint ? (
              <span className="truncate text-muted-foreground">{command.hint}</span>
            ) : null}
            {command.keys ? (
              <span className="ml-auto flex gap-1 max-sm:hidden" aria-hidden>
                {command.keys.split(" ").map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </span>
            ) : null}
          </CommandItem>
        );
      })}
    </CommandGroup>
  );
}

type RecordRowsProps = {
  heading: string;
  records: readonly PaletteRecord[];
  onOpen: (record: PaletteRecord) => void;
};

function RecordRows({ heading, records, onOpen }: RecordRowsProps) {
  if (records.length === 0) return null;
  return (
    <CommandGroup heading={heading}>
      {records.map((record) => (
        <CommandItem
          key={record.href}
          value={`${heading}/${record.href}`}
          onSelect={() => onOpen(record)}
        >
          <FileText aria-hidden />
          <span className="truncate">{record.label}</span>
          {record.hint ? (
            <span className="truncate text-muted-foreground">{record.hint}</span>
          ) : null}
          <span className="ml-auto shrink-0 text-muted-foreground text-xs">{record.kind}</span>
        </CommandItem>
      ))}
    </CommandGroup>
  );
}

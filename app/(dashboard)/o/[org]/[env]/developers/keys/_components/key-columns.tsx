import type { inferRouterOutputs } from "@trpc/server";
import type { Column } from "@/components/tables/column-head";
import { Timestamp } from "@/components/timestamp";
import { Badge } from "@/components/ui/badge";
import type { AppRouter } from "@/server/trpc/root";

export type ListedKey = inferRouterOutputs<AppRouter>["keys"]["list"][number];

/** The columns of the list of keys; the key itself is known by its two ends only. */
export const keyColumns: readonly Column<ListedKey>[] = [
  {
    key: "name",
    header: "Name",
    cell: (key) => (
      <span className="flex min-w-0 flex-wrap items-center gap-2">
        <span className="min-w-0 break-words font-medium">{key.name}</span>
        {key.kind === "publishable" ? <Badge tone="info">Publishable</Badge> : null}
      </span>
    ),
  },
  {
    key: "key",
    header: "Key",
    cell: (key) => (
      <span className="font-mono text-xs">
        {key.prefix}…{key.last4}
      </span>
    ),
  },
  { key: "rights", header: "Rights", narrow: "hide", cell: (key) => rightsSentence(key) },
  {
    key: "lastUsed",
    header: "Last used",
    cell: (key) =>
      key.lastUsedAt === null ? (
        <span className="text-muted-foreground">Never</span>
      ) : (
        <Timestamp at={key.lastUsedAt} show="relative" tabStop={false} />
      ),
  },
  {
    key: "created",
    header: "Created",
    narrow: "hide",
    cell: (key) => (
      <>
        <Timestamp at={key.createdAt} show="day" tabStop={false} />
        <span className="text-muted-foreground"> by {key.createdBy ?? "the first start"}</span>
      </>
    ),
  },
];

const NOUNS = ["features", "plans", "customers", "balances", "billing", "events"];

function rightsSentence({ kind, scopes }: ListedKey): string {
  if (kind === "publishable") return "Read plans, customers and checks";
  const writes = NOUNS.filter((noun) => scopes.some((scope) => scope === `${noun}:write`));
  const reads = NOUNS.filter((noun) => scopes.some((scope) => scope === `${noun}:read`));
  if (writes.length === NOUNS.length - 1 && reads.length === NOUNS.length) return "Everything";
  if (writes.length === 0) {
    return reads.length === NOUNS.length ? "Read everything" : `Read ${reads.join(", ")}`;
  }
  const onlyRead = reads.filter((noun) => !writes.includes(noun));
  const reading = onlyRead.length === 0 ? "" : `; read ${onlyRead.join(", ")}`;
  return `Write ${writes.join(", ")}${reading}`;
}

import Link from "next/link";
import { CopyId } from "@/components/copy-id";
import { formatCount, formatQuantity, nothing } from "@/components/format";
import { StatusBadge } from "@/components/status-badge";
import type { Column } from "@/components/tables/column-head";
import { kindOf, kindWords, type ListedFeature } from "./feature-types";

/** The columns of the list of features. */
export function featureColumns(base: string): readonly Column<ListedFeature>[] {
  return [
    {
      key: "name",
      header: "Feature",
      cell: ({ name, archived }) => (
        <span className="flex min-w-0 flex-wrap items-center gap-2">
          <span className="min-w-0 break-words">{name}</span>
          {archived ? <StatusBadge status="archived" /> : null}
        </span>
      ),
    },
    {
      key: "id",
      header: "ID",
      className: "max-w-52",
      cell: ({ id }) => <CopyId id={id} name="Feature ID" />,
    },
    { key: "type", header: "Type", cell: (feature) => kindWords[kindOf(feature)].label },
    {
      key: "events",
      header: "Events or members",
      narrow: "hide",
      className: "max-w-60",
      cell: ({ event_names, credit_schema }) => (
        <Names names={credit_schema?.map(memberWords) ?? event_names} />
      ),
    },
    {
      key: "plans",
      header: "Used by plans",
      narrow: "hide",
      className: "max-w-60",
      cell: ({ use }) => <UsedBy plans={use?.plans} base={base} />,
    },
    {
      key: "events24h",
      header: "Events, last 24 h",
      align: "end",
      narrow: "hide",
      className: "whitespace-nowrap",
      cell: ({ id, type, name, use }) =>
        type === "boolean" || use === undefined ? (
          <span className="text-muted-foreground">{nothing}</span>
        ) : (
          <Link
            href={`${base}/events?feature=${encodeURIComponent(id)}&range=24h`}
            aria-label={`${formatCount(use.events24h, "event")} of ${name}`}
            className="rounded-sm underline-offset-2 hover:underline"
          >
            {formatQuantity(use.events24h)}
          </Link>
        ),
    },
  ];
}

function Names({ names }: { names: readonly string[] }) {
  if (names.length === 0) return <span className="text-muted-foreground">{nothing}</span>;
  return <span className="break-words font-mono text-xs">{names.join(", ")}</span>;
}

/** "images = 4", or the id alone where the cost varies. */
function memberWords(member: NonNullable<ListedFeature["credit_schema"]>[number]): string {
  const { metered_feature_id: id, credit_cost: cost, billing_units: per } = member;
  if (cost === undefined) return id;
  return `${per === undefined ? "" : `${formatQuantity(per)} `}${id} = ${formatQuantity(cost)}`;
}

type UsedByProps = { plans: readonly { id: string; name: string }[] | undefined; base: string };

function UsedBy({ plans, base }: UsedByProps) {
  if (plans === undefined) return <span className="text-muted-foreground">{nothing}</span>;
  if (plans.length === 0) return <span className="text-muted-foreground">No plan</span>;
  return (
    <span className="flex flex-wrap gap-x-2">
      {plans.map(({ id, name }) => (
        <Link
          key={id}
          href={`${base}/plans/${encodeURIComponent(id)}`}
          className="min-h-6 rounded-sm underline underline-offset-2"
        >
          {name}
        </Link>
      ))}
    </span>
  );
}

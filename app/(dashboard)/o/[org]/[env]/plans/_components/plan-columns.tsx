import Link from "next/link";
import { CopyId } from "@/components/copy-id";
import { formatCount, formatQuantity, nothing } from "@/components/format";
import { StatusBadge } from "@/components/status-badge";
import type { Column } from "@/components/tables/column-head";
import { Badge } from "@/components/ui/badge";
import type { ListedPlan } from "./plan-types";

/** The columns of the list of plans. */
export function planColumns(base: string): readonly Column<ListedPlan>[] {
  return [
    {
      key: "name",
      header: "Plan",
      cell: ({ name, autoEnable, archived }) => (
        <span className="flex min-w-0 flex-wrap items-center gap-2">
          <span className="min-w-0 break-words">{name}</span>
          {autoEnable ? <Badge tone="outline">Given automatically</Badge> : null}
          {archived ? <StatusBadge status="archived" /> : null}
        </span>
      ),
    },
    {
      key: "id",
      header: "ID",
      narrow: "hide",
      className: "max-w-52",
      cell: ({ id }) => (id === null ? nothing : <CopyId id={id} name="Plan ID" />),
    },
    { key: "price", header: "Price", className: "whitespace-nowrap", cell: ({ price }) => price },
    {
      key: "features",
      header: "Features",
      narrow: "hide",
      className: "max-w-80",
      cell: ({ items }) => <Items items={items} />,
    },
    {
      key: "version",
      header: "Version",
      className: "whitespace-nowrap",
      cell: ({ version, hasDraft }) => (
        <span className="flex items-center gap-2">
          {version === null ? null : `v${version}`}
          {hasDraft ? <StatusBadge status="draft" /> : null}
        </span>
      ),
    },
    {
      key: "customers",
      header: "Customers",
      align: "end",
      className: "whitespace-nowrap",
      cell: (plan) => <Customers plan={plan} base={base} />,
    },
  ];
}

function Items({ items }: { items: readonly string[] }) {
  if (items.length === 0) return <span className="text-muted-foreground">{nothing}</span>;
  const shown = items.slice(0, 2).join(" · ");
  return (
    <span className="break-words" title={items.join("\n")}>
      {shown}
      {items.length > 2 ? (
        <span className="text-muted-foreground"> · {formatQuantity(items.length - 2)} more</span>
      ) : null}
    </span>
  );
}

function Customers({ plan, base }: { plan: ListedPlan; base: string }) {
  const { customers, id, name } = plan;
  if (customers === undefined || id === null || plan.version === null) {
    return <span className="text-muted-foreground">{nothing}</span>;
  }
  return (
    <>
      <Link
        href={`${base}/customers?plan=${encodeURIComponent(id)}`}
        aria-label={`${formatCount(customers.all, "customer")} on ${name}`}
        className="rounded-sm underline-offset-2 hover:underline"
      >
        {formatQuantity(customers.all)}
      </Link>
      {customers.older > 0 ? (
        <span className="block text-muted-foreground text-xs">
          {formatQuantity(customers.older)} on older versions
        </span>
      ) : null}
    </>
  );
}

import Link from "next/link";
import { formatCount, formatQuantity, nothing } from "@/components/format";
import { StatusBadge } from "@/components/status-badge";
import type { Column } from "@/components/tables/column-head";
import { Timestamp } from "@/components/timestamp";
import { DifferenceList } from "../../../_components/editor/difference-list";
import type { PlanVersion } from "../../../_components/plan-types";

/** The columns of a plan's history. */
export function versionColumns(base: string, planId: string): readonly Column<PlanVersion>[] {
  return [
    {
      key: "version",
      header: "Version",
      className: "[tbody_&]:align-top md:w-36",
      cell: ({ version, active }) => (
        <span className="flex flex-wrap items-center gap-2 font-medium">
          Version {version}
          {active ? <StatusBadge status="active" /> : null}
        </span>
      ),
    },
    {
      key: "changes",
      header: "Changed against the version before",
      className: "[tbody_&]:align-top max-md:col-span-full",
      cell: ({ changes }) =>
        changes.length === 0 ? (
          <span className="text-muted-foreground">Nothing in what it includes</span>
        ) : (
          <DifferenceList differences={changes} />
        ),
    },
    {
      key: "published",
      header: "Published",
      className: "[tbody_&]:align-top whitespace-nowrap",
      cell: ({ publishedAt }) => <Timestamp at={publishedAt} />,
    },
    {
      key: "author",
      header: "By",
      narrow: "hide",
      className: "[tbody_&]:align-top",
      cell: ({ author }) => author ?? <span className="text-muted-foreground">{nothing}</span>,
    },
    {
      key: "customers",
      header: "Customers",
      align: "end",
      className: "[tbody_&]:align-top whitespace-nowrap",
      cell: ({ version, customers, customersEver }) => (
        <>
          <Link
            href={`${base}/customers?plan=${encodeURIComponent(`${planId}:${version}`)}`}
            aria-label={`${formatCount(customers, "customer")} on version ${version}`}
            className="rounded-sm underline-offset-2 hover:underline"
          >
            {formatQuantity(customers)}
          </Link>
          {customersEver > customers ? (
            <span className="block text-muted-foreground text-xs">
              {formatQuantity(customersEver)} ever
            </span>
          ) : null}
        </>
      ),
    },
  ];
}

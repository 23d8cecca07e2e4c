"use client";

import { ChartColumn, Layers, type LucideIcon, Users } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { formatQuantity } from "@/components/format";
import { usePlacePath } from "@/components/layout/use-place-path";
import { Timestamp } from "@/components/timestamp";
import { Card } from "@/components/ui/card";
import type { FirstSteps } from "./checklist";

/** The counts of a running environment, each leading to its list. */
export function KeyCounts({ steps }: { steps: FirstSteps }) {
  const base = usePlacePath();
  return (
    <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
      <Count icon={Users} label="Customers" value={steps.customers} href={`${base}/customers`} />
      <Count
        icon={ChartColumn}
        label="Events today"
        value={steps.events}
        href={`${base}/events`}
        note={
          steps.lastEventAt === null ? null : (
            <>
              Latest <Timestamp at={steps.lastEventAt} show="relative" />
            </>
          )
        }
      />
      <Count
        icon={Layers}
        label="Plans"
        value={steps.plans}
        href={`${base}/plans`}
        note={
          <Link className="underline underline-offset-2" href={`${base}/features`}>
            {formatQuantity(steps.features)} features
          </Link>
        }
      />
    </div>
  );
}

type CountProps = {
  icon: LucideIcon;
  label: string;
  value: number;
  href: string;
  note?: ReactNode;
};

function Count({ icon: Icon, label, value, href, note }: CountProps) {
  return (
    <Card aria-label={label} className="grid gap-1 p-4">
      <h2 className="flex items-center gap-2 font-medium text-muted-foreground text-sm">
        <Icon className="size-4" aria-hidden />
        {label}
      </h2>
      <p className="font-semibold text-2xl tabular-nums">
        <Link href={href} className="rounded-sm hover:underline" aria-label={`${value} ${label}`}>
          {formatQuantity(value)}
        </Link>
      </p>
      <p className="min-h-6 text-muted-foreground text-sm">{note}</p>
    </Card>
  );
}

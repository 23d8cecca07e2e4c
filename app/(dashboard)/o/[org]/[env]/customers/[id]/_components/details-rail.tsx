"use client";

import { ChevronDown } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { cn } from "@/components/cn";
import { CodeBlock } from "@/components/code-block";
import { CopyId } from "@/components/copy-id";
import { nothing } from "@/components/format";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import type { Customer } from "../../_components/customer-types";

type DetailsRailProps = {
  customer: Customer;
  /** The button that edits the customer's own fields. */
  action: ReactNode;
};

/** What is known of the customer; beside the page where there is room, else folded above it. */
export function DetailsRail({ customer, action }: DetailsRailProps) {
  const id = useId();
  const [unfolded, setUnfolded] = useState(false);
  return (
    <aside aria-label="Details" className="min-w-0">
      <Button
        className="w-full xl:hidden"
        aria-expanded={unfolded}
        aria-controls={id}
        onClick={() => setUnfolded(!unfolded)}
      >
        Details
        <ChevronDown className={cn(unfolded && "rotate-180")} aria-hidden />
      </Button>
      <div id={id} className={cn("gap-4 xl:grid", unfolded ? "grid max-xl:mt-3" : "hidden")}>
        <Card>
          <CardHeader>
            <CardTitle>Details</CardTitle>
            {action}
          </CardHeader>
          <CardContent>
            <dl className="grid gap-3">
              <Detail term="ID">
                {customer.id === null ? nothing : <CopyId id={customer.id} name="Customer ID" />}
              </Detail>
              <Detail term="Internal ID">
                <CopyId id={customer.internal_id} name="Internal ID" />
              </Detail>
              <Detail term="Name">{customer.name || nothing}</Detail>
              <Detail term="E-mail">
                {customer.email ? <CopyId id={customer.email} name="E-mail address" /> : nothing}
              </Detail>
              <Detail term="Created">
                <Timestamp at={customer.created_at} />
              </Detail>
              <Detail term="Fingerprint">
                {customer.fingerprint ? (
                  <CopyId id={customer.fingerprint} name="Fingerprint" />
                ) : (
                  nothing
                )}
              </Detail>
              <Detail term="Currency">{customer.currency?.toUpperCase() ?? nothing}</Detail>
              <Detail term="Receipts by e-mail">
                {customer.send_email_receipts ? "Yes" : "No"}
              </Detail>
            </dl>
          </CardContent>
        </Card>
        {Object.keys(customer.metadata).length > 0 ? (
          <CodeBlock title="Metadata" code={JSON.stringify(customer.metadata, null, 2)} />
        ) : (
          <p className="text-muted-foreground">
            No metadata. Your code can keep keys and values of its own here.
          </p>
        )}
      </div>
    </aside>
  );
}

function Detail({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="grid min-w-0 gap-0.5">
      <dt className="text-muted-foreground text-xs">{term}</dt>
      <dd className="flex min-w-0 break-words">{children}</dd>
    </div>
  );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { ChartColumn, LoaderCircle } from "lucide-react";
import Link from "next/link";
import { CodeBlock } from "@/components/code-block";
import { EmptyState } from "@/components/empty-state";
import { usePlacePath } from "@/components/layout/use-place-path";
import type { CatalogNames } from "@/components/pickers/use-catalog";
import { useTRPC } from "@/components/trpc";
import { Button } from "@/components/ui/button";

/** Says how a first event comes about, with this environment's own ids, and waits for it. */
export function NoEvents({ catalog }: { catalog: CatalogNames }) {
  const trpc = useTRPC();
  const base = usePlacePath();
  const keys = useQuery(trpc.keys.list.queryOptions());
  const customers = useQuery(trpc.api.customers.list.queryOptions({ limit: 1 }));
  const [feature] = catalog.metered;
  if (!feature) {
    return (
      <EmptyState
        icon={ChartColumn}
        title="No events yet"
        action={
          <Button asChild variant="primary">
            <Link href={`${base}/features`}>Features</Link>
          </Button>
        }
      >
        An event counts against a feature. Create one that is counted first.
      </EmptyState>
    );
  }
  const key = keys.data?.find(({ kind }) => kind === "secret");
  const hint = key ? `${key.prefix}…${key.last4}` : "am_sk_test_…";
  const [customer] = customers.data?.list ?? [];
  const customerId = customer?.id ?? customer?.internal_id ?? "user_123";
  return (
    <EmptyState
      icon={ChartColumn}
      title="No events yet"
      code={
        <CodeBlock
          title={`With your secret key ${hint}`}
          code={`await autumn.track({
  customerId: ${JSON.stringify(customerId)},
  featureId: ${JSON.stringify(feature.id)},
  value: 1,
});`}
        />
      }
    >
      <p>Your code reports usage, and it appears here.</p>
      <p role="status" className="mt-2 flex items-center justify-center gap-2">
        <LoaderCircle className="size-4 animate-spin" aria-hidden />
        Waiting for the first event…
      </p>
    </EmptyState>
  );
}

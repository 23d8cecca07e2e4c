"use client";

import { Layers, Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { type ReactNode, useState } from "react";
import { CodeBlock } from "@/components/code-block";
import { EmptyState } from "@/components/empty-state";
import { formatQuantity } from "@/components/format";
import { GuardedButton } from "@/components/guarded-button";
import { PageHeader } from "@/components/layout/page-header";
import { usePaletteCommands } from "@/components/layout/palette-commands";
import { useShortcut } from "@/components/layout/shortcuts";
import { usePlacePath } from "@/components/layout/use-place-path";
import { useRights } from "@/components/rights";
import { DataTable } from "@/components/tables/data-table";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "@/components/ui/tabs";
import { planColumns } from "./plan-columns";
import { PlanMenu } from "./plan-menu";
import type { ListedPlan } from "./plan-types";
import { type Retirement, RetirePlanDialog } from "./retire-plan-dialog";
import { usePlans } from "./use-plans";

const createSnippet = `await autumn.plans.create({
  planId: "free",
  name: "Free",
  autoEnable: true,
  items: [{ featureId: "messages", included: 100, reset: { interval: "month" } }],
});`;

const tabs = ["base", "add-ons", "archived"] as const;

type Tab = (typeof tabs)[number];

const tabNames: Readonly<Record<Tab, string>> = {
  base: "Base",
  "add-ons": "Add-ons",
  archived: "Archived",
};

function tabOf({ archived, addOn }: ListedPlan): Tab {
  if (archived) return "archived";
  return addOn ? "add-ons" : "base";
}

/** What is sold: the plans that customers can have. */
export function PlansScreen() {
  const router = useRouter();
  const base = usePlacePath();
  const plans = usePlans();
  const refusal = useRights().refusal("plans:write");
  const [tab, setTab] = useQueryState("tab", parseAsStringLiteral(tabs).withDefault("base"));
  const [retirement, setRetirement] = useState<Retirement | null>(null);
  const create = () => router.push(`${base}/plans/new`);
  usePlanCommands(refusal === null ? create : null);
  const newButton = (
    <GuardedButton variant="primary" reason={refusal} onClick={create}>
      <Plus aria-hidden />
      New plan
    </GuardedButton>
  );
  return (
    <>
      <PageHeader
        title="Plans"
        description="What customers get, and what it costs."
        actions={newButton}
      />
      <Tabs
        value={tab}
        onValueChange={(value) => void setTab(tabs.find((name) => name === value) ?? null)}
      >
        <TabsList aria-label="Kinds of plans">
          {tabs.map((name) => (
            <TabsTrigger key={name} value={name}>
              {tabNames[name]}
              <TabCount plans={plans.list} tab={name} />
            </TabsTrigger>
          ))}
        </TabsList>
        <TabsContent value={tab}>
          <DataTable
            label="Plans"
            columns={planColumns(base)}
            rows={plans.list?.filter((plan) => tabOf(plan) === tab)}
            rowKey={({ key }) => key}
            rowHref={({ href }) => href}
            rowActions={(plan) => (
              <PlanMenu plan={plan} refusal={refusal} onRetire={setRetirement} />
            )}
            refreshing={plans.refreshing}
            failure={plans.failure}
            empty={<NoPlans tab={tab} action={newButton} />}
          />
        </TabsContent>
      </Tabs>
      <RetirePlanDialog retirement={retirement} onChange={setRetirement} />
    </>
  );
}

function TabCount({ plans, tab }: { plans: readonly ListedPlan[] | undefined; tab: Tab }) {
  if (plans === undefined) return null;
  const count = plans.filter((plan) => tabOf(plan) === tab).length;
  return <span className="text-muted-foreground tabular-nums">{formatQuantity(count)}</span>;
}

function NoPlans({ tab, action }: { tab: Tab; action: ReactNode }) {
  if (tab === "archived") {
    return (
      <EmptyState title="No archived plans">
        A plan that is archived is not offered any more; customers who have it keep it.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={Layers}
      title={tab === "base" ? "No plans yet" : "No add-ons yet"}
      action={action}
      code={
        tab === "base" ? (
          <CodeBlock title="The same from your server" code={createSnippet} />
        ) : undefined
      }
    >
      {tab === "base"
        ? "A plan says how much of each feature a customer gets, and how often it is renewed."
        : "An add-on stands beside a customer's plan instead of replacing it."}
    </EmptyState>
  );
}

function usePlanCommands(create: (() => void) | null): void {
  useShortcut(create ? { keys: "n", label: "New plan", group: "On this page", run: create } : null);
  usePaletteCommands(
    create
      ? {
          heading: "Plans",
          commands: [{ id: "new", label: "New plan", icon: Plus, keys: "n", run: create }],
        }
      : null,
  );
}

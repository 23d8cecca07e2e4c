"use client";

import { PencilLine, SearchX } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "@/components/empty-state";
import { ErrorPanel } from "@/components/error-panel";
import { GuardedButton } from "@/components/guarded-button";
import { PageHeader } from "@/components/layout/page-header";
import { usePlacePath } from "@/components/layout/use-place-path";
import { EntityPicker } from "@/components/pickers/entity-picker";
import { ProgressLine } from "@/components/tables/progress-line";
import { queryFailure } from "@/components/tables/query-failure";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { BalancesCard } from "./balances-card";
import { CustomerHeader } from "./customer-header";
import { CustomerSheets } from "./customer-sheets";
import { DetailsRail } from "./details-rail";
import { FlagsCard } from "./flags-card";
import { PlansCard } from "./plans-card";
import { UsageCard } from "./usage-card";
import { type CustomerAction, useCustomerActions } from "./use-customer-actions";
import { useCustomerAddress, useCustomerScope } from "./use-customer-scope";

/** Answers a ticket in one screen: who it is, what they have, and what can be done for them. */
export function CustomerScreen({ id }: { id: string }) {
  const { entityId, chooseEntity, sheet } = useCustomerAddress();
  const { customer, entity, catalog, missing, scope } = useCustomerScope(id, entityId);
  const actions = useCustomerActions(scope, sheet);

  if (missing) return <MissingCustomer id={id} />;
  const failure = queryFailure(customer);
  if (!customer.data) {
    return (
      <>
        <PageHeader title={id} parents={[]} />
        {failure ? (
          <ErrorPanel title="The customer could not be loaded" {...failure} />
        ) : (
          <Sections />
        )}
      </>
    );
  }
  const entityFailure = entityId === null ? null : queryFailure(entity);
  return (
    <>
      <CustomerHeader customer={customer.data} actions={actions} scoped={scope !== null} />
      <div className="sticky top-(--shell-top,0px) z-20 -mx-4 mb-4 flex items-center gap-3 border-b bg-background px-4 py-2 max-md:top-[calc(var(--shell-top,0px)+3rem)] md:-mx-6 md:px-6">
        <span className="text-muted-foreground max-sm:sr-only">Showing</span>
        <EntityPicker
          customerId={id}
          catalog={catalog}
          entityId={entityId}
          label={scope?.label ?? null}
          onChoose={chooseEntity}
        />
        <ProgressLine active={customer.isFetching && scope !== null} />
      </div>
      {failure ? (
        <ErrorPanel className="mb-4" title="The customer could not be refreshed" {...failure} />
      ) : null}
      {entityFailure ? (
        <ErrorPanel title={`“${entityId}” cannot be shown`} {...entityFailure}>
          <Button size="sm" onClick={() => chooseEntity(null)}>
            Show the whole customer
          </Button>
        </ErrorPanel>
      ) : scope === null ? (
        <Sections />
      ) : (
        <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_20rem]">
          <div className="xl:order-last">
            <DetailsRail
              customer={customer.data}
              action={<CardButton action={actions.edit} label="Edit" />}
            />
          </div>
          <div className="grid min-w-0 content-start gap-6">
            <PlansCard
              scope={scope}
              catalog={catalog}
              action={<CardButton action={actions.attach} />}
            />
            <BalancesCard
              scope={scope}
              catalog={catalog}
              action={<CardButton action={actions.grant} />}
              refusal={actions.grant.refusal}
              onAdjust={(feature) => sheet.open("grant", feature)}
            />
            <FlagsCard scope={scope} catalog={catalog} />
            <UsageCard scope={scope} catalog={catalog} />
          </div>
        </div>
      )}
      {scope === null ? null : (
        <CustomerSheets
          scope={scope}
          catalog={catalog}
          sheet={sheet}
          actions={actions}
          onEntityCreated={chooseEntity}
        />
      )}
    </>
  );
}

type CardButtonProps = { action: CustomerAction; label?: string };

function CardButton({ action, label = action.label }: CardButtonProps) {
  const Icon = action.name === "edit" ? PencilLine : action.icon;
  return (
    <GuardedButton size="sm" reason={action.refusal} onClick={action.run}>
      {action.refusal === null ? <Icon aria-hidden /> : null}
      {label}
    </GuardedButton>
  );
}

function Sections() {
  return (
    <div className="grid gap-6" aria-busy>
      <Skeleton className="h-28 rounded-lg" />
      <Skeleton className="h-48 rounded-lg" />
      <Skeleton className="h-72 rounded-lg" />
    </div>
  );
}

function MissingCustomer({ id }: { id: string }) {
  const base = usePlacePath();
  return (
    <>
      <PageHeader
        title="No such customer"
        parents={[{ label: "Customers", href: `${base}/customers` }]}
      />
      <EmptyState
        icon={SearchX}
        title={`“${id}” does not exist here`}
        action={
          <Button asChild>
            <Link href={`${base}/customers`}>All customers</Link>
          </Button>
        }
      >
        It may have been deleted, or belong to another environment: sandbox and live share no
        customers. Switch the environment at the top of the sidebar to look there.
      </EmptyState>
    </>
  );
}

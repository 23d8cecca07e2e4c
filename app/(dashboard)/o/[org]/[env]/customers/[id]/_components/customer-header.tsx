"use client";

import { Ellipsis, Lock } from "lucide-react";
import { CopyId } from "@/components/copy-id";
import { GuardedButton } from "@/components/guarded-button";
import { Kbd } from "@/components/kbd";
import { PageHeader } from "@/components/layout/page-header";
import { usePlacePath } from "@/components/layout/use-place-path";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { type Customer, nameOf } from "../../_components/customer-types";
import type { CustomerAction, useCustomerActions } from "./use-customer-actions";

type CustomerHeaderProps = {
  customer: Customer;
  actions: ReturnType<typeof useCustomerActions>;
  /** Nothing can be done while the address names an entity that does not exist. */
  scoped: boolean;
};

/** Who the customer is, with what can be done for them. */
export function CustomerHeader({ customer, actions, scoped }: CustomerHeaderProps) {
  const base = usePlacePath();
  const name = nameOf(customer);
  return (
    <PageHeader
      title={name}
      parents={[{ label: "Customers", href: `${base}/customers` }]}
      meta={
        <>
          <CopyId id={customer.id ?? customer.internal_id} name="Customer ID" />
          {customer.email && customer.email !== name ? (
            <CopyId id={customer.email} name="E-mail address" />
          ) : null}
        </>
      }
      actions={
        scoped ? (
          <>
            <ActionButton action={actions.grant} primary />
            <ActionButton action={actions.attach} />
            <MoreMenu
              groups={[
                [actions.usage, actions.check],
                [actions.entity, actions.edit],
              ]}
              dangerous={actions.delete}
            />
          </>
        ) : null
      }
      className="mb-3"
    />
  );
}

function ActionButton({ action, primary = false }: { action: CustomerAction; primary?: boolean }) {
  const { icon: Icon, label, keys, refusal, run } = action;
  return (
    <GuardedButton
      variant={primary ? "primary" : "secondary"}
      reason={refusal}
      onClick={run}
      aria-keyshortcuts={keys}
    >
      {refusal === null ? <Icon aria-hidden /> : null}
      {label}
    </GuardedButton>
  );
}

type MoreMenuProps = {
  groups: readonly (readonly CustomerAction[])[];
  dangerous: CustomerAction;
};

function MoreMenu({ groups, dangerous }: MoreMenuProps) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button size="icon" aria-label="More actions">
          <Ellipsis aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end" className="max-w-72">
        {groups.map((group) => (
          <div key={group[0]?.name}>
            {group.map((action) => (
              <ActionItem key={action.name} action={action} />
            ))}
            <DropdownMenuSeparator />
          </div>
        ))}
        <ActionItem action={dangerous} tone="danger" />
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

type ActionItemProps = { action: CustomerAction; tone?: "danger" };

/** A forbidden entry keeps its place and its focus, and says why nothing happens. */
function ActionItem({ action, tone }: ActionItemProps) {
  const { icon: Icon, label, keys, refusal, run } = action;
  if (refusal !== null) {
    return (
      <DropdownMenuItem
        aria-disabled
        className="items-start text-muted-foreground"
        onSelect={(event) => event.preventDefault()}
      >
        <Lock className="mt-0.5" aria-hidden />
        <span className="grid">
          {label}
          <span className="text-xs">{refusal}</span>
        </span>
      </DropdownMenuItem>
    );
  }
  return (
    <DropdownMenuItem tone={tone} onSelect={run}>
      <Icon aria-hidden />
      {label}
      {keys ? <Kbd className="ml-auto">{keys}</Kbd> : null}
    </DropdownMenuItem>
  );
}

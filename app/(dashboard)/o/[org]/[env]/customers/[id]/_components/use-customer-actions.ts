"use client";

import {
  CircleHelp,
  Copy,
  Gift,
  Layers,
  type LucideIcon,
  PencilLine,
  PlusCircle,
  Trash2,
  UserPlus,
} from "lucide-react";
import { copyText } from "@/components/copy-id";
import { usePaletteCommands } from "@/components/layout/palette-commands";
import { useShortcut } from "@/components/layout/shortcuts";
import { useRights } from "@/components/rights";
import type { Scope } from "@/server/platform/scope";
import { referenceOf } from "../../_components/customer-types";
import type { CustomerScope, SheetName, SheetState } from "./use-customer-scope";

export type CustomerAction = {
  name: SheetName;
  label: string;
  icon: LucideIcon;
  keys?: string;
  /** Why this person may not do it; null when they may. */
  refusal: string | null;
  run: () => void;
};

const actions: readonly {
  name: SheetName;
  label: string;
  icon: LucideIcon;
  keys?: string;
  right: Scope;
}[] = [
  { name: "grant", label: "Grant", icon: Gift, keys: "b", right: "balances:write" },
  { name: "attach", label: "Attach plan", icon: Layers, keys: "a", right: "billing:write" },
  { name: "usage", label: "Record usage", icon: PlusCircle, right: "balances:write" },
  { name: "check", label: "Check access", icon: CircleHelp, right: "balances:read" },
  { name: "entity", label: "Create entity", icon: UserPlus, right: "customers:write" },
  { name: "edit", label: "Edit customer", icon: PencilLine, keys: "e", right: "customers:write" },
  { name: "delete", label: "Delete customer", icon: Trash2, right: "customers:delete" },
];

const keywords: Partial<Record<SheetName, string>> = {
  grant: "adjust balance goodwill credit add remove set",
  attach: "subscribe upgrade",
  usage: "track event",
  check: "why denied allowed entitlement",
  entity: "seat workspace",
};

/**
 * What can be done on a customer page, offered as buttons, shortcuts and verbs of the palette. There
 * is none while the page has no scope: an unknown entity must not be acted upon.
 */
export function useCustomerActions(
  scope: CustomerScope | null,
  sheet: SheetState,
): Readonly<Record<SheetName, CustomerAction>> {
  const { refusal } = useRights();
  const offered = Object.fromEntries(
    actions.map(({ right, ...action }) => [
      action.name,
      { ...action, refusal: refusal(right), run: () => sheet.open(action.name) },
    ]),
  ) as Record<SheetName, CustomerAction>;
  const { grant, attach, edit } = offered;
  useActionShortcut(scope === null ? null : grant);
  useActionShortcut(scope === null ? null : attach);
  useActionShortcut(scope === null ? null : edit);
  useShortcut(
    scope === null
      ? null
      : {
          keys: "c",
          label: "Copy customer ID",
          group: "On this page",
          run: () => copyCustomerId(scope),
        },
  );
  usePaletteCommands(scope === null ? null : paletteGroup(scope, Object.values(offered)));
  return offered;
}

function useActionShortcut(action: CustomerAction | null): void {
  const usable = action !== null && action.refusal === null && action.keys !== undefined;
  useShortcut(
    usable
      ? { keys: action.keys ?? "", label: action.label, group: "On this page", run: action.run }
      : null,
  );
}

function paletteGroup(scope: CustomerScope, offered: readonly CustomerAction[]) {
  const { customer, label } = scope;
  return {
    heading: label,
    commands: [
      ...offered
        .filter((action) => action.refusal === null)
        .map(({ name, label: verb, icon, keys, run }) => ({
          id: name,
          label: verb,
          icon,
          keys,
          keywords: `${keywords[name] ?? ""} ${label}`,
          run,
        })),
      {
        id: "copy",
        label: "Copy customer ID",
        hint: referenceOf(customer),
        icon: Copy,
        keys: "c",
        run: () => copyCustomerId(scope),
      },
    ],
  };
}

function copyCustomerId({ customer }: CustomerScope): void {
  void copyText(referenceOf(customer), "Customer ID");
}

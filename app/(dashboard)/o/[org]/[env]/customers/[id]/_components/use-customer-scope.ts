"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { entityKind, useCatalog } from "@/components/pickers/use-catalog";
import { callErrorOf, useTRPC } from "@/components/trpc";
import { type Customer, nameOf } from "../../_components/customer-types";

const sheetNames = ["grant", "attach", "usage", "check", "entity", "edit", "delete"] as const;

export type SheetName = (typeof sheetNames)[number];

const parsers = {
  entity: parseAsString,
  sheet: parseAsStringLiteral(sheetNames),
  feature: parseAsString,
};

/** What a customer page is about: the whole customer, or one of its entities. */
export type CustomerScope = {
  customer: Customer;
  /** The customer as operations take it. */
  customerId: string;
  /** Null is the customer itself. */
  entity: { id: string; name: string; kind: string } | null;
  /** For titles: "Ana Lima", or "Seat: Ana". */
  label: string;
  subscriptions: Customer["subscriptions"];
  balances: Customer["balances"];
  flags: Customer["flags"];
};

/** The sheet that the address names, and the feature that it starts with. */
export type SheetState = {
  name: SheetName | null;
  feature: string | null;
  open: (name: SheetName, feature?: string | null) => void;
  close: () => void;
};

/** The page's state as its address holds it. */
export function useCustomerAddress() {
  const [{ entity, sheet, feature }, setAddress] = useQueryStates(parsers, { history: "push" });
  const sheetState: SheetState = {
    name: sheet,
    feature,
    open: (name, chosen) => void setAddress({ sheet: name, feature: chosen ?? null }),
    close: () => void setAddress({ sheet: null, feature: null }),
  };
  return {
    entityId: entity,
    // A sheet belongs to the scope that it was opened for.
    chooseEntity: (id: string | null) =>
      void setAddress({ entity: id, sheet: null, feature: null }),
    sheet: sheetState,
  };
}

/**
 * The customer, and the scope that the address names. An entity that does not exist yields no scope:
 * nothing on the page may then act on the customer instead.
 */
export function useCustomerScope(id: string, entityId: string | null) {
  const trpc = useTRPC();
  const catalog = useCatalog();
  const customer = useQuery(
    trpc.api.customers.get.queryOptions({ customer_id: id, expand: ["subscriptions.plan"] }),
  );
  const entity = useQuery(
    trpc.api.entities.get.queryOptions(
      { customer_id: id, entity_id: entityId ?? "" },
      { enabled: entityId !== null, placeholderData: keepPreviousData },
    ),
  );
  const missing = callErrorOf(customer.error).reason === "customer_not_found";
  return { customer, entity, catalog, missing, scope: scopeOf() };

  function scopeOf(): CustomerScope | null {
    if (!customer.data) return null;
    const base = { customer: customer.data, customerId: id };
    if (entityId === null) {
      const { subscriptions, balances, flags } = customer.data;
      return {
        ...base,
        entity: null,
        label: nameOf(customer.data),
        subscriptions,
        balances,
        flags,
      };
    }
    if (!entity.data || entity.isError || entity.data.id !== entityId) return null;
    const kind = entityKind(catalog, entity.data.feature_id);
    const name = entity.data.name || entityId;
    const { subscriptions, balances, flags } = entity.data;
    return {
      ...base,
      entity: { id: entityId, name, kind },
      label: `${kind}: ${name}`,
      subscriptions,
      balances,
      flags,
    };
  }
}

import type { z } from "zod";
import type { Catalog } from "../catalog/catalog";
import { presentItemPrice } from "../catalog/present";
import type { BreakdownPrice } from "./balance-schema";

type WirePrice = z.input<typeof BreakdownPrice>;

/** A catalog never changes, so its priced items are presented once. */
const pricesOfCatalogs = new WeakMap<Catalog, ReadonlyMap<bigint, WirePrice>>();

/** The price of a plan item as a balance shows it; null where it has none. */
export function priceOfItem(catalog: Catalog, itemId: bigint): WirePrice | null {
  const known = pricesOfCatalogs.get(catalog);
  if (known !== undefined) return known.get(itemId) ?? null;
  const prices = presentPrices(catalog);
  pricesOfCatalogs.set(catalog, prices);
  return prices.get(itemId) ?? null;
}

function presentPrices(catalog: Catalog): ReadonlyMap<bigint, WirePrice> {
  const prices = new Map<bigint, WirePrice>();
  for (const version of catalog.versionById.values()) {
    for (const { id, price, included } of version.items) {
      if (price === null) continue;
      const { amount, tiers, tier_behavior, billing_units, billing_method, max_purchase } =
        presentItemPrice(price, included);
      prices.set(id, {
        ...(amount === undefined ? {} : { amount }),
        ...(tiers === undefined
          ? {}
          : {
              tiers: tiers.map(({ to, amount: each, flat_amount }) => ({
                to,
                amount: each,
                ...(flat_amount === undefined ? {} : { flat_amount }),
              })),
              tier_behavior,
            }),
        billing_units,
        billing_method,
        max_purchase,
      });
    }
  }
  return prices;
}

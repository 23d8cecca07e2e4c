import {
  type Account,
  addLot,
  Exact,
  endLot,
  given,
  type Holding,
  type Lot,
  nought,
  positive,
  total,
} from "./account";
import { firstAfter } from "./calendar";
import { capOf, trimRollovers } from "./due";
import type { Expected } from "./expected";
import { isHeld, planNamed, type ShopItem } from "./shop";
import { inBurnOrder, type Source, spend } from "./spend";

const accepted = { figures: {} } as const;

/** Attaches a free plan: a main plan replaces the current one of the same customer or entity. */
export function attach(account: Account, planId: string, entity: string | null): Expected {
  if (entity !== null && !account.entities.has(entity)) return { refused: "entity_not_found" };
  const plan = planNamed(planId);
  const current = plan.addOn
    ? undefined
    : account.holdings.find((held) => !held.addOn && held.entity === entity);
  if (current?.plan === planId) return { refused: "plan_already_attached" };
  const ended = account.lots.filter(
    (lot) => !lot.ended && current !== undefined && lot.subscription === current.n,
  );
  const lacking = plan.items
    .map(({ feature }) => feature)
    .filter((feature) => isHeld(feature) && ownLots(account, feature).length === 0);
  account.made += 1;
  const anchor = current?.anchor ?? account.now;
  const holding = { n: account.made, plan: planId, entity, addOn: plan.addOn, anchor };
  const opened = plan.items.map((item) => openItem(account, holding, item));
  for (const { feature } of plan.items.filter((item) => isHeld(item.feature))) {
    const used = ended.filter((lot) => lot.feature === feature);
    const usage = positive(total(used.map((lot) => given(lot).minus(lot.balance))));
    spend(sources(opened, feature, entity), usage, "overflow");
  }
  for (const lot of opened) takeOver(account, lot, ended);
  for (const lot of ended) endLot(lot);
  account.holdings = [...account.holdings.filter((held) => held !== current), holding];
  if (entity === null) for (const feature of lacking) seatAll(account, opened, feature);
  return accepted;
}

function openItem(account: Account, holding: Holding, item: ShopItem): Lot {
  const step = item.unlimited === true ? null : (item.step ?? null);
  return addLot(account, {
    feature: item.feature,
    included: new Exact(item.included ?? 0),
    unlimited: item.unlimited ?? false,
    entity: holding.entity,
    plan: holding.plan,
    subscription: holding.n,
    addOn: holding.addOn,
    step,
    anchor: holding.anchor,
    nextResetAt: step === null ? null : firstAfter(holding.anchor, step, account.now),
    rollover: item.rollover ?? null,
  });
}

/** What rolled over stays where the new item rolls over too, cut to its cap. */
function takeOver(account: Account, parent: Lot, ended: readonly Lot[]): void {
  if (parent.rollover === null) return;
  for (const lot of ended) {
    const fits = lot.feature === parent.feature && lot.entity === parent.entity;
    if (lot.rolledFrom === null || lot.ended || !fits) continue;
    endLot(lot);
    if (lot.balance.isZero()) continue;
    addLot(account, {
      ...{ feature: lot.feature, included: lot.balance, set: parent.set, entity: lot.entity },
      ...{ plan: parent.plan, subscription: parent.subscription, addOn: parent.addOn },
      ...{ rolledFrom: parent, expiresAt: lot.expiresAt },
    });
  }
  trimRollovers(account, parent, capOf(parent));
}

function sources(lots: readonly Lot[], feature: string, entity: string | null): Source[] {
  const own = lots.filter((lot) => lot.feature === feature);
  return inBurnOrder(
    own.map((lot) => ({ lot, cost: new Exact(1) })),
    feature,
    entity,
  );
}

/** What the customer itself has of a feature. */
function ownLots(account: Account, feature: string): Lot[] {
  return account.lots.filter((lot) => !lot.ended && lot.feature === feature && lot.entity === null);
}

/** Entities that were there before the feature take their units of what brings it. */
function seatAll(account: Account, opened: readonly Lot[], feature: string): void {
  if (feature !== "seats") return;
  for (const name of account.entities.keys()) {
    spend(sources(opened, feature, null), new Exact(1), "overflow");
    account.entities.set(name, true);
  }
}

/** Makes an entity, which takes a seat where the customer has any. */
export function makeEntity(account: Account, name: string): Expected {
  if (account.entities.has(name)) return { refused: "entity_already_exists" };
  const lots = ownLots(account, "seats");
  spend(sources(lots, "seats", null), new Exact(1), "cap");
  account.entities.set(name, lots.length > 0);
  return accepted;
}

/** Deletes an entity: its own plans and balances end, its seat comes back. */
export function dropEntity(account: Account, name: string): Expected {
  const tookSeat = account.entities.get(name);
  if (tookSeat === undefined) return { refused: "entity_not_found" };
  for (const lot of account.lots) if (lot.entity === name) endLot(lot);
  account.holdings = account.holdings.filter((held) => held.entity !== name);
  if (tookSeat) {
    spend(sources(ownLots(account, "seats"), "seats", null), nought.minus(1), "cap");
  }
  account.entities.delete(name);
  // A later entity of the same name is another one.
  for (const held of account.holds) if (held.entity === name) held.entity = `${name}, gone`;
  return accepted;
}

import type { Catalog } from "../catalog/catalog";
import type { CounterSetting } from "../catalog/controls";
import { wrongField } from "../catalog/wrong-field";
import { filterKey, type UsageWindow } from "../core/balances/controls";
import { bringDue } from "../core/balances/reset";
import { windowWith } from "../core/balances/usage-limit";
import type { TxCtx } from "../platform/context";
import { newId } from "../platform/id";
import { type ControlledSubject, limitView } from "./controls/limit-view";
import { loadControlled } from "./controls/load-controlled";
import type { Gate } from "./gate";
import { loadGrants } from "./rows";
import { checkEffects } from "./usage-effects";
import { writeEffects } from "./write-effects";

/** What a change of controls asks for besides being stored. */
interface ControlsChange {
  readonly catalog: Catalog;
  /** Whose controls changed; null is the customer. */
  readonly entityId: string | null;
  /** Counters of usage limits to set. */
  readonly counters: readonly CounterSetting[];
  /** Whether top-ups were among the lists that were sent. */
  readonly withTopups: boolean;
}

/**
 * Follows a change of controls that this transaction stored behind the gate: a decision under way
 * notices, counters are set, and top-ups that are due already are asked for (domain §22).
 *
 * @throws `invalid_inputs` for a counter of a usage limit that there is not
 */
export async function controlsChanged(
  ctx: TxCtx,
  gate: Gate,
  { catalog, entityId, counters, withTopups }: ControlsChange,
): Promise<void> {
  const { customerId, recordedAt: now } = gate;
  if (counters.length === 0 && !withTopups) {
    await writeEffects(ctx, gate, { changes: [], events: [] });
    return;
  }
  const slugOf = (itemId: bigint) => catalog.planSlugByItem.get(itemId) ?? null;
  const stored = (await loadGrants(ctx, [customerId], slugOf)).get(customerId) ?? [];
  const { grants } = bringDue(stored, now, { newId, ...catalog.settings });
  const subject = await loadControlled(ctx, { catalog, customerId, entityId, grants, now });
  const features = withTopups ? [...catalog.featureById.values()] : [];
  await writeEffects(ctx, gate, {
    changes: [],
    events: [],
    windows: counters.flatMap((counter) => settledCounter(subject, counter)),
    ...checkEffects(subject, features),
  });
}

function settledCounter(subject: ControlledSubject, counter: CounterSetting): UsageWindow[] {
  const feature = subject.catalog.featureById.get(counter.featureId);
  const limit =
    feature &&
    subject
      .controlsOf(feature)
      .usageLimits.find((one) => filterKey(one.filter) === filterKey(counter.filter));
  if (feature !== undefined && limit !== undefined) {
    return [windowWith(limit, limitView(subject, feature), counter.usage)];
  }
  // A limit that is switched off counts nothing, so there is nothing to set.
  if (counter.hasRule) return [];
  throw wrongField(counter.path, "There is no usage limit with this filter to set the usage of.");
}

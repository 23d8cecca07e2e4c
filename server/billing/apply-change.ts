import type { Gate } from "../balances/gate";
import { writeGrantChanges } from "../balances/rows";
import { type DueWork, onTopOf } from "../core/balances/reset";
import type { BillingChange } from "../core/billing-change";
import type { TxCtx } from "../platform/context";
import { endSubscriptions, insertSubscription } from "./rows";

/**
 * The one way a billing change becomes rows: subscriptions that end and start, and their grants
 * with every ledger entry behind them. Call it once per gate and transaction, with all changes.
 */
export async function applyChanges(
  ctx: TxCtx,
  gate: Gate,
  changes: readonly BillingChange[],
  extra: {
    readonly due?: DueWork;
    /** The caller's own id for the subscription that starts. */
    readonly externalRef?: string | null;
  } = {},
): Promise<void> {
  for (const { start, end } of changes) {
    // The old one first: two main plans of a group never stand side by side.
    await endSubscriptions(ctx, gate.customerId, {
      ids: end.subscriptions.map(({ id }) => id),
      at: start.subscription.startedAt,
    });
    await insertSubscription(ctx, gate.customerId, start.subscription, extra.externalRef ?? null);
  }
  const decided = onTopOf(
    extra.due ?? { changes: [], opened: [] },
    changes.flatMap(({ end }) => end.grants),
  );
  await writeGrantChanges(ctx, gate, {
    opened: [...decided.opened, ...changes.flatMap(({ start }) => start.grants)],
    changed: decided.changed,
  });
}

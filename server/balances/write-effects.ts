import type { TxCtx } from "../platform/context";
import type { Gate } from "./gate";
import { Effects, type EffectsOf } from "./hot/effects";
import { writeGated } from "./hot/write-batch";

/**
 * Writes everything that a decision yields behind the gate that the transaction holds, and moves
 * the gate on: what `writeGrantChanges` does for figures alone, with events, rollups, locks,
 * counters, alerts, top-ups and what others are told. Call it once per gate and transaction.
 */
export async function writeEffects(ctx: TxCtx, gate: Gate, decided: EffectsOf): Promise<void> {
  const effects = new Effects({
    customerId: gate.customerId,
    envId: ctx.tenant.envId,
    seq: gate.seq,
  });
  effects.add(decided, { now: ctx.now, recordedAt: gate.recordedAt });
  await writeGated(ctx.db, effects, gate.recordedAt);
}

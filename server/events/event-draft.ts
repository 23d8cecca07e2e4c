import type { DeductionPart } from "../core/balances/deduction";
import type { Quantity } from "../core/quantity";

/** A reported use, before it is stored. One per call and feature. */
export interface EventDraft {
  readonly id: string;
  readonly featureId: number;
  readonly entityId: string | null;
  readonly eventName: string | null;
  readonly occurredAt: Date;
  readonly value: Quantity;
  /** What each grant gave; sums to what was applied. */
  readonly parts: readonly DeductionPart[];
  readonly properties: Readonly<Record<string, unknown>> | null;
}

import type { Quantity } from "../quantity";

/** The life of a lock, as stored. */
export const LockStatus = { held: 0, confirmed: 1, released: 2, expired: 3, lapsed: 4 } as const;
export type LockStatus = (typeof LockStatus)[keyof typeof LockStatus];

/** What one grant gave to a lock: in its own units, and how many units of the feature that covered. */
export type LockPart = {
  readonly grantId: string;
  readonly amount: Quantity;
  readonly units: Quantity;
};

/** Units held for a use that is not finished (domain §20). */
export type Lock = {
  /** Also the id of the event that records the held units. */
  readonly id: string;
  /** The caller's own name for it. */
  readonly key: string;
  readonly featureId: number;
  readonly entityId: string | null;
  /** In units of the feature. */
  readonly amount: Quantity;
  readonly status: LockStatus;
  /** In the order of deduction. */
  readonly parts: readonly LockPart[];
  readonly properties: Readonly<Record<string, unknown>> | null;
  readonly expiresAt: Date;
  /** Without an expiry of its own it ends after a day and what it took stays taken. */
  readonly lapses: boolean;
  readonly closedAt: Date | null;
  /** The event of the difference between held and final units. */
  readonly closeEventId: string | null;
  readonly createdAt: Date;
};

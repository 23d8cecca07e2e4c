import * as fc from "fast-check";
import type { RolloverRule } from "./account";
import type { Change, GrantSpec } from "./edits";
import { features, plans } from "./shop";

/** One thing that a customer of the test does. Which row it means is found when it runs. */
export type Command =
  | { readonly does: "look"; readonly entity: string | null }
  | {
      readonly does: "track";
      readonly feature: string;
      readonly event: string | null;
      readonly entity: string | null;
      readonly units: number;
      readonly overflow: boolean;
      readonly keyed: boolean;
    }
  | {
      readonly does: "check";
      readonly feature: string;
      readonly entity: string | null;
      readonly units: number;
      readonly spends: boolean;
      readonly keyed: boolean;
    }
  /** The same call many times at once. */
  | {
      readonly does: "burst";
      readonly feature: string;
      readonly entity: string | null;
      readonly units: number;
      readonly callers: number;
      readonly spends: boolean;
    }
  | { readonly does: "grant"; readonly spec: GrantSpec; readonly keyed: boolean }
  | { readonly does: "change"; readonly change: Change; readonly keyed: boolean }
  | {
      readonly does: "end";
      readonly feature: string;
      readonly entity: string | null;
      readonly ref: string | null;
    }
  | { readonly does: "undo"; readonly back: number }
  | {
      readonly does: "hold";
      readonly key: string;
      readonly feature: string;
      readonly entity: string | null;
      readonly units: number;
      readonly endsIn: number | null;
      readonly keyed: boolean;
    }
  /** Closes a lock: at the value that was held, at another one, or at nothing. */
  | {
      readonly does: "finalize";
      readonly key: string;
      readonly used: number | "all" | "none";
      readonly keyed: boolean;
    }
  | { readonly does: "attach"; readonly plan: string; readonly entity: string | null }
  | { readonly does: "make entity" | "drop entity"; readonly entity: string }
  /** Sends an earlier call again under its key: the same body, or another one. */
  | { readonly does: "replay"; readonly back: number; readonly sameBody: boolean };

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How far the clock moves between two rounds: mostly a little, at times over many resets. */
export const advances = fc.oneof(
  { weight: 10, arbitrary: fc.integer({ min: 1, max: 5_000 }) },
  { weight: 4, arbitrary: fc.integer({ min: minute, max: 40 * minute }) },
  { weight: 2, arbitrary: fc.integer({ min: hour, max: 30 * hour }) },
  { weight: 1, arbitrary: fc.integer({ min: day, max: 20 * day }) },
  { weight: 1, arbitrary: fc.constantFrom(hour, day, 7 * day, 31 * day) },
);

const feature = fc.constantFrom(...features.map(({ id }) => id));
const entityName = fc.constantFrom("ana", "ben", "cy");
const entity = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: entityName },
);
const ref = fc.constantFrom("first", "second", null, null);
const lockKey = fc.constantFrom("a", "b", "c");
const keyed = fc.boolean();
const back = fc.nat({ max: 4 });

/** Whole units, halves and small decimals, as callers send them. */
const units = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 60 }) },
  { weight: 1, arbitrary: fc.integer({ min: 100, max: 400 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 40_000 }).map((n) => n / 1_000) },
);
const signedUnits = fc.oneof(
  { weight: 5, arbitrary: units },
  { weight: 1, arbitrary: units.map((amount) => (amount === 0 ? 0 : -amount)) },
);

const span = fc.integer({ min: minute, max: 40 * day });
const step = fc.constantFrom(
  null,
  { unit: "hour", count: 6 } as const,
  { unit: "day", count: 1 } as const,
  { unit: "week", count: 1 } as const,
  { unit: "month", count: 1 } as const,
  { unit: "quarter", count: 1 } as const,
);

const grantSpec: fc.Arbitrary<GrantSpec> = fc.record({
  feature,
  entity,
  included: fc.oneof({ weight: 12, arbitrary: units }, { weight: 1, arbitrary: fc.constant(null) }),
  ref,
  step,
  firstResetIn: fc.option(span, { freq: 4 }),
  expiresIn: fc.option(span, { freq: 3 }),
  rollover: fc.option(
    fc.constantFrom<RolloverRule>(
      { max: 30, maxPercentage: null, months: 1 },
      { max: null, maxPercentage: 100, months: 3 },
      { max: null, maxPercentage: null, months: 1 },
    ),
    { freq: 2 },
  ),
});

const change: fc.Arbitrary<Change> = fc
  .tuple(
    fc.record({ feature, entity, ref }),
    fc.oneof(
      fc.record({ remaining: units }),
      fc.record({ add: signedUnits }),
      fc.record({ usage: units }),
      fc.record({ included: units }),
      fc.record({ included: units, remaining: units }),
      fc.record({ nextResetIn: span }),
      fc.record({ expiresIn: span }),
    ),
  )
  .map(([target, wanted]) => ({ ...target, ...wanted }));

const event = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constant("sent") },
);

/** Any command, usage most of all. */
export const commands: fc.Arbitrary<Command> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ does: fc.constant("look" as const), entity }) },
  {
    weight: 8,
    arbitrary: fc.record({
      ...{ does: fc.constant("track" as const), feature, event, entity, units: signedUnits },
      ...{ overflow: fc.boolean(), keyed },
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      ...{ does: fc.constant("check" as const), feature, entity, units: signedUnits },
      ...{ spends: fc.boolean(), keyed },
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ does: fc.constant("burst" as const), feature, entity, units },
      ...{ callers: fc.integer({ min: 2, max: 5 }), spends: fc.boolean() },
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      ...{ does: fc.constant("hold" as const), key: lockKey, feature, entity, units, keyed },
      endsIn: fc.option(fc.integer({ min: 1_000, max: day }), { freq: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      ...{ does: fc.constant("finalize" as const), key: lockKey, keyed },
      used: fc.oneof(fc.constantFrom("all" as const, "none" as const), signedUnits),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant("grant" as const), spec: grantSpec, keyed }),
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constant("change" as const), change, keyed }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("end" as const), feature, entity, ref }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("undo" as const), back }) },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ does: fc.constant("attach" as const), entity },
      plan: fc.constantFrom(...plans.map(({ id }) => id)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant("make entity" as const), entity: entityName }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant("drop entity" as const), entity: entityName }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ does: fc.constant("replay" as const), back, sameBody: fc.boolean() },
    }),
  },
);

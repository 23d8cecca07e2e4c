/** A request body of an operation, as a client would send it. */
export type Body = Readonly<Record<string, unknown>>;

/** One call that a customer's history consists of: an operation of the tree and its body. */
export interface Act {
  readonly at: Date;
  readonly operation: string;
  readonly body: Body;
}

/** A customer with everything that happened to it, oldest first. */
export interface Story {
  readonly customerId: string;
  readonly acts: readonly Act[];
}

/** How much a customer uses, and so what it is on. */
export interface Size {
  readonly name: "light" | "steady" | "busy" | "heavy";
  readonly eventsADay: number;
  /** Times the units of an ordinary event. */
  readonly units: number;
  readonly seats: readonly [number, number];
  readonly plan: "free" | "team" | "scale";
}

const DAY_MS = 86_400_000;

/** An instant some days, or parts of a day, after another one. */
export function daysAfter(at: Date, days: number): Date {
  return new Date(at.getTime() + Math.floor(days * DAY_MS));
}

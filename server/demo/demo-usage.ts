import type { Random } from "./random";
import { type Act, daysAfter, type Size } from "./story";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** How far back usage is told. */
const USAGE_DAYS = 90;

/** What people do in the invented product: how often, and how much one event counts. */
interface Kind {
  readonly event: string;
  readonly weight: number;
  readonly units: number;
  /** Whether one event is one unit, whoever causes it. */
  readonly single?: true;
  readonly properties: (random: Random) => Readonly<Record<string, string>>;
}

const KINDS: readonly Kind[] = [
  {
    event: "message.sent",
    weight: 45,
    units: 5,
    properties: (random) => ({
      channel: random.pick(["chat", "chat", "chat", "widget", "mobile"]),
      region: random.pick(["eu", "eu", "us", "us", "asia"]),
    }),
  },
  {
    event: "assistant.answered",
    weight: 25,
    units: 3,
    properties: (random) => ({ model: random.pick(["small", "small", "small", "large"]) }),
  },
  {
    event: "api.called",
    weight: 15,
    units: 35,
    properties: (random) => ({ route: random.pick(["/inbox", "/inbox", "/contacts", "/search"]) }),
  },
  {
    event: "email.sent",
    weight: 10,
    units: 5,
    properties: (random) => ({ template: random.pick(["digest", "reply", "reply", "invite"]) }),
  },
  {
    event: "report.exported",
    weight: 5,
    units: 1,
    single: true,
    properties: (random) => ({ format: random.pick(["csv", "csv", "pdf"]) }),
  },
];
const TOTAL_WEIGHT = KINDS.reduce((sum, { weight }) => sum + weight, 0);

/** Share of a day's events by its hours, UTC: a working day with a dip at noon. */
const HOURS = [1, 1, 1, 1, 1, 2, 4, 8, 12, 14, 13, 11, 9, 12, 14, 13, 11, 8, 5, 4, 3, 3, 2, 1];
const BUSIEST_HOUR = Math.max(...HOURS);
/** Sunday first. */
const WEEKDAYS = [0.25, 1.15, 1.25, 1.2, 1.2, 1, 0.35];

interface User {
  readonly customerId: string;
  readonly size: Size;
  readonly joinedAt: Date;
  readonly now: Date;
  readonly random: Random;
  readonly entities: readonly { readonly id: string; readonly at: Date }[];
}

/** A customer's use over the past ninety days: a weekly and a daily rhythm, and a slow rise. */
export function usageOf(user: User): Act[] {
  const { now, random } = user;
  const firstDay = now.getTime() - (now.getTime() % DAY_MS) - USAGE_DAYS * DAY_MS;
  // Some customers use twice what others of their size do, and some hardly anything.
  const appetite = random.between(0.5, 1.7);
  const days = Array.from({ length: USAGE_DAYS + 1 }, (_, n) => n);
  const events = days.flatMap((n) => {
    const day = new Date(firstDay + n * DAY_MS);
    const growth = 0.75 + (0.5 * n) / USAGE_DAYS;
    const expected = user.size.eventsADay * appetite * growth * (WEEKDAYS[day.getUTCDay()] ?? 1);
    return Array.from({ length: Math.floor(expected + random.next()) }, () => oneEvent(user, day));
  });
  return [...events, ...storageOf(user)].filter(({ at }) => at > user.joinedAt);
}

/** What is kept grows in steps. */
function storageOf({ customerId, size, joinedAt, random }: User): Act[] {
  return Array.from({ length: 5 }, (_, n) => ({
    at: daysAfter(joinedAt, 0.3 + n * random.between(9, 15)),
    operation: "balances.track",
    body: {
      customer_id: customerId,
      feature_id: "storage_gb",
      value: random.whole(1, Math.ceil(size.units * 2)) / 4,
    },
  }));
}

function oneEvent(user: User, day: Date): Act {
  const { customerId, size, entities, random } = user;
  const at = new Date(day.getTime() + hourOf(random) * HOUR_MS + random.whole(0, HOUR_MS - 1));
  const kind = kindOf(random);
  const present = entities.filter((entity) => entity.at < at);
  const entity = random.chance(0.4) ? present[random.whole(0, present.length - 1)] : undefined;
  const units = kind.single ? 1 : Math.round(kind.units * size.units * random.between(0.3, 1.7));
  return {
    at,
    operation: "balances.track",
    body: {
      customer_id: customerId,
      event_name: kind.event,
      value: Math.max(1, units),
      properties: kind.properties(random),
      ...(entity === undefined ? {} : { entity_id: entity.id }),
    },
  };
}

/** Draws hours until one is accepted in proportion to how busy it is. */
function hourOf(random: Random): number {
  for (;;) {
    const hour = random.whole(0, HOURS.length - 1);
    if (random.next() * BUSIEST_HOUR < (HOURS[hour] ?? 0)) return hour;
  }
}

function kindOf(random: Random): Kind {
  let left = random.next() * TOTAL_WEIGHT;
  const found = KINDS.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return found ?? (KINDS[0] as Kind);
}

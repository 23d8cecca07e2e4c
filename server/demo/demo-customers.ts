import { usageOf } from "./demo-usage";
import { type Random, seededRandom } from "./random";
import { type Act, daysAfter, type Size, type Story } from "./story";

const SEED = 20_261;
const LIGHT: Size = { name: "light", eventsADay: 0.9, units: 1, seats: [0, 2], plan: "free" };
const STEADY: Size = { name: "steady", eventsADay: 2.4, units: 1, seats: [0, 3], plan: "free" };
const BUSY: Size = { name: "busy", eventsADay: 5.5, units: 5, seats: [1, 4], plan: "team" };
const HEAVY: Size = { name: "heavy", eventsADay: 9, units: 24, seats: [5, 8], plan: "scale" };

const SIZES: readonly { readonly size: Size; readonly customers: number }[] = [
  { size: HEAVY, customers: 9 },
  { size: BUSY, customers: 27 },
  { size: STEADY, customers: 48 },
  { size: LIGHT, customers: 66 },
];

/** How long ago the oldest customers came, and the catalog before them. */
export const OLDEST_DAYS = 115;

const COLORS = [
  ...["Amber", "Birch", "Cobalt", "Dune", "Ember", "Fjord", "Granite", "Harbor", "Indigo"],
  ...["Juniper", "Kestrel", "Lantern", "Maple", "Northern", "Opal", "Pine", "Quartz", "River"],
  ...["Silver", "Tidal", "Umber", "Velvet", "Willow", "Yarrow", "Zephyr"],
] as const;
const TRADES = ["Analytics", "Bikes", "Clinic", "Foods", "Labs", "Logistics"] as const;
const FIRST_NAMES = [
  ...(["Ana", "Ben", "Chidi", "Dana", "Emil", "Farah", "Goran", "Hana", "Ines", "Jonas"] as const),
  ...(["Kemi", "Liam", "Mira", "Noor", "Oskar", "Priya", "Quinn", "Rosa", "Sven", "Tala"] as const),
] as const;
const REASONS = [
  "Goodwill after the slow exports",
  "Launch promotion",
  "Moved over from their old account",
  "Bridges the time until their upgrade",
  "Promised by sales for the pilot",
] as const;

/**
 * Invents the demo's customers and what each did up to `now`. The same `now` gives the same stories;
 * another one shifts them in time.
 */
export function writeStories(now: Date): Story[] {
  const random = seededRandom(SEED);
  const sizes = SIZES.flatMap(({ size, customers }) => Array<Size>(customers).fill(size));
  return sizes.map((size, n) => writeStory({ size, n, now, random }));
}

interface Chapter {
  readonly customerId: string;
  readonly size: Size;
  readonly joinedAt: Date;
  readonly now: Date;
  readonly random: Random;
}

function writeStory(input: { size: Size; n: number; now: Date; random: Random }): Story {
  const { size, n, now, random } = input;
  const name = companyName(n);
  const customerId = name.toLowerCase().replaceAll(" ", "-");
  const joinedAt = daysAfter(now, -joinedDaysAgo(size, random));
  const chapter: Chapter = { customerId, size, joinedAt, now, random };
  const entities = entitiesOf(chapter);
  const opening: Act = {
    at: joinedAt,
    operation: "customers.get_or_create",
    body: {
      customer_id: customerId,
      name,
      email: `${random.pick(FIRST_NAMES).toLowerCase()}@${customerId}.example`,
      metadata: { size: size.name, source: random.pick(["web", "referral", "sales", "event"]) },
    },
  };
  const later = [
    ...plansOf(chapter),
    ...entities,
    ...grantsOf(chapter),
    ...usageOf({
      ...chapter,
      entities: entities.map(({ at, body }) => ({ at, id: String(body.entity_id) })),
    }),
  ].filter(({ at }) => at < now);
  // A stable sort: what happens at the same instant stays in the order in which it was told.
  return { customerId, acts: [opening, ...later.sort((a, b) => a.at.getTime() - b.at.getTime())] };
}

/** A name for each number below 150; neighbours are unlike. */
function companyName(n: number): string {
  const place = (n * 37) % (COLORS.length * TRADES.length);
  return `${COLORS[place % COLORS.length]} ${TRADES[Math.floor(place / COLORS.length)]}`;
}

/** Heavy users have been there for long; of the others more and more came lately. */
function joinedDaysAgo({ name }: Size, random: Random): number {
  if (name === "heavy") return random.between(95, OLDEST_DAYS);
  return random.chance(0.5) ? random.between(80, OLDEST_DAYS - 3) : random.between(1, 80);
}

function plansOf({ customerId, size, joinedAt, random }: Chapter): Act[] {
  const attach = (at: Date, planId: string): Act => ({
    at,
    operation: "billing.attach",
    body: { customer_id: customerId, plan_id: planId },
  });
  const upgradedAt = daysAfter(joinedAt, random.between(0.02, 4));
  return [
    ...(size.plan === "free" ? [] : [attach(upgradedAt, "team")]),
    ...(size.plan === "scale"
      ? [attach(daysAfter(upgradedAt, random.between(3, 20)), "scale")]
      : []),
    ...(size.plan !== "free" && random.chance(0.4)
      ? [attach(daysAfter(upgradedAt, random.between(1, 30)), "priority-support")]
      : []),
    ...(random.chance(0.12)
      ? [attach(daysAfter(joinedAt, random.between(0.1, 9)), "eu-hosting")]
      : []),
    ...(random.chance(0.15)
      ? [attach(daysAfter(joinedAt, random.between(8, 40)), "message-pack")]
      : []),
    ...(size.name !== "light" && random.chance(0.2)
      ? [attach(daysAfter(joinedAt, random.between(5, 50)), "answer-boost")]
      : []),
  ];
}

/** People who take a seat and, of large customers, workspaces; some take more than is included. */
function entitiesOf({ customerId, size, joinedAt, random }: Chapter): Act[] {
  const make = (n: number, featureId: "seats" | "workspaces", name: string): Act => ({
    at: daysAfter(joinedAt, random.between(0.05, n < 2 ? 2 : 30)),
    operation: "entities.create",
    body: {
      customer_id: customerId,
      entity_id: `${featureId === "seats" ? "user" : "space"}-${n + 1}`,
      feature_id: featureId,
      name,
    },
  });
  const seats = Array.from({ length: random.whole(...size.seats) }, (_, n) =>
    make(n, "seats", random.pick(FIRST_NAMES)),
  );
  const spaces = Array.from(
    { length: size.name === "heavy" || size.name === "busy" ? random.whole(0, 3) : 0 },
    (_, n) => make(n, "workspaces", ["Sales", "Support", "Berlin office"][n] ?? "Lab"),
  );
  return [...seats, ...spaces];
}

/** What people gave by hand, each with its reason; some of it lapses. */
function grantsOf({ customerId, size, joinedAt, now, random }: Chapter): Act[] {
  if (!random.chance(0.12)) return [];
  const grantedAt = daysAfter(joinedAt, random.between(1, 60));
  const lapses = random.chance(0.4);
  return [
    {
      at: grantedAt,
      operation: "balances.create",
      body: {
        customer_id: customerId,
        feature_id: "messages",
        included_grant: Math.ceil(size.units) * random.pick([50, 100, 250]),
        reason: random.pick(REASONS),
        ...(lapses ? { expires_at: daysAfter(now, random.between(-5, 40)).getTime() } : {}),
      },
    },
  ].filter(({ at, body }) => !("expires_at" in body) || Number(body.expires_at) > at.getTime());
}

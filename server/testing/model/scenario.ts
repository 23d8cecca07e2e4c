import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { resetDue } from "../../balances/reset-due";
import { freezeClock } from "../../platform/clock";
import { db } from "../../platform/db";
import { log } from "../../platform/log";
import { type Account, nought, openAccount } from "./account";
import { type Call, callOf, callToRepeat } from "./calls";
import type { Command } from "./commands";
import { bringTo } from "./due";
import { type Expected, sorted } from "./expected";
import type { Answer, Product } from "./product";

/** One move of the clock, then one command of each customer, all at once. */
export interface Round {
  readonly advance: number;
  /** Runs the jobs that store what fell due before the commands. */
  readonly sweeps: boolean;
  readonly commands: readonly Command[];
}

/** Where product and model disagree. */
export interface Difference {
  readonly customer: number;
  readonly round: number;
  readonly at: string;
  readonly command: unknown;
  readonly sent: unknown;
  readonly expected: unknown;
  readonly answered: unknown;
}

const LOOK_EVERY = 8;

/**
 * Plays rounds against the product and the model, customers at once and the commands of each in
 * turn, and stops at the first round in which they disagree.
 */
export async function play(
  product: Product,
  rounds: readonly Round[],
  { startsAt, endsAt }: { startsAt: number; endsAt: number },
): Promise<Difference | null> {
  let now = startsAt;
  freezeClock(new Date(now));
  const accounts = await openAccounts(product, rounds[0]?.commands.length ?? 0, now);
  for (const [n, round] of rounds.entries()) {
    // Never past the months that have a place to be stored in.
    now = now + round.advance < endsAt ? now + round.advance : now + 1;
    freezeClock(new Date(now));
    const looks = n % LOOK_EVERY === LOOK_EVERY - 1 || n === rounds.length - 1;
    if (round.sweeps) await resetDue(db(), log);
    const turns = accounts.map(async (account, customer) => {
      bringTo(account, now);
      const command = round.commands[customer];
      const found =
        (command && (await turn(product, account, command))) ??
        (looks ? await turn(product, account, { does: "look", entity: null }) : null);
      return found && { customer, round: n, at: new Date(now).toISOString(), ...found };
    });
    const differences = (await Promise.all(turns)).filter((found) => found !== null);
    if (differences[0] !== undefined) return differences[0];
  }
  return compareEvents(product, accounts, rounds.length);
}

async function openAccounts(product: Product, customers: number, now: number): Promise<Account[]> {
  const name = randomUUID().slice(0, 8);
  return Promise.all(
    Array.from({ length: customers }, async (_, n) => {
      const account = openAccount(`${name}-${n}`, now);
      await product.openCustomer(account.id);
      return account;
    }),
  );
}

type Found = Pick<Difference, "command" | "sent" | "expected" | "answered">;

async function turn(product: Product, account: Account, command: Command): Promise<Found | null> {
  if (command.does === "replay") return replay(product, account, command);
  const call = callOf(account, command);
  if (call === null) return null;
  const key = call.keyed ? `key-${randomUUID()}` : null;
  const { operation, body, callers } = call;
  const answers = await Promise.all(
    Array.from({ length: callers }, () => product.ask(operation, body, key)),
  );
  const expected = Array.from({ length: callers }, call.predict);
  const [answer] = answers;
  if (answer !== undefined && "answer" in answer) {
    call.learn?.(answer.answer);
    if (key !== null) {
      account.sent.push({ operation, key, body, answer: answer.answer, at: account.now });
    }
  }
  const answered = answers.map((one) => readAnswer(call, one));
  if (isDeepStrictEqual(sorted(answered), sorted(expected))) return null;
  return { command, sent: { operation, body }, expected, answered };
}

function readAnswer(call: Call, outcome: Answer): Expected {
  if ("refused" in outcome) return outcome;
  return { figures: call.read(outcome.answer) };
}

/** The same key and body give the first answer again, another body is refused; neither moves anything. */
async function replay(
  product: Product,
  account: Account,
  command: Extract<Command, { does: "replay" }>,
): Promise<Found | null> {
  const sent = callToRepeat(account, command.back);
  if (sent === null) return null;
  const isUsage = /check|track|finalize/.test(sent.operation);
  const other = isUsage ? { properties: { changed: true } } : { reason: "Another reason" };
  const body = command.sameBody ? sent.body : { ...sent.body, ...other };
  const answered = await product.ask(sent.operation, body, sent.key);
  const expected = command.sameBody
    ? { answer: sent.answer }
    : { refused: "duplicate_idempotency_key" };
  if (isDeepStrictEqual(answered, expected)) return null;
  return { command, sent: { operation: sent.operation, body }, expected, answered };
}

async function compareEvents(
  product: Product,
  accounts: readonly Account[],
  round: number,
): Promise<Difference | null> {
  for (const [customer, account] of accounts.entries()) {
    const stored = await product.events(account.id);
    const answered = sorted(
      stored.map(({ feature, count, value }) => [feature, count, nought.plus(value).toString()]),
    );
    const expected = sorted(
      [...account.tracked].map(([feature, { count, value }]) => [feature, count, value.toString()]),
    );
    if (!isDeepStrictEqual(answered, expected)) {
      const at = new Date(account.now).toISOString();
      return { customer, round, at, command: "events", sent: account.id, expected, answered };
    }
  }
  return null;
}

import { WindfallError } from "../core/error";
import { wallNow } from "../platform/clock";
import { hashSecret } from "../platform/crypto";
import type { Db } from "../platform/db";
import { clearAttempts, countAttempt, uncountAttempt } from "./rows";

const WINDOW_MS = 15 * 60_000;

/** How many failures one key may collect inside a quarter of an hour. */
const LIMITS = { person: 10, address: 50 } as const;

/** What an attempt is counted against. Only hashes are stored. */
export interface AttemptKeys {
  /** What is attempted, so that a wrong setup token does not lock a sign-in. */
  readonly purpose: "sign-in" | "e-mail link" | "setup" | "password";
  /** The e-mail or user that is tried. */
  readonly person: string;
  /** The network address that tries; `null` where the server cannot know it. */
  readonly address: string | null;
}

/**
 * Counts an attempt before it is judged. Counting first leaves no gap in which parallel attempts
 * could pass together.
 *
 * @throws `rate_limited/too_many_attempts`
 */
export async function admitAttempt(db: Db, keys: AttemptKeys): Promise<void> {
  const at = wallNow();
  const windowStart = new Date(at.getTime() - WINDOW_MS);
  for (const [keyHash, limit] of hashesOf(keys)) {
    if ((await countAttempt(db, { keyHash, at, windowStart })) <= limit) continue;
    throw new WindfallError(
      "rate_limited",
      "too_many_attempts",
      "There were too many attempts. Wait a quarter of an hour and try again.",
    );
  }
}

/** After a success: the person starts afresh, and the address is not blamed for this attempt. */
export async function forgiveAttempt(db: Db, keys: AttemptKeys): Promise<void> {
  const [person, address] = hashesOf(keys);
  if (person) await clearAttempts(db, person[0]);
  if (address) await uncountAttempt(db, address[0]);
}

function hashesOf({ purpose, person, address }: AttemptKeys): (readonly [Buffer, number])[] {
  const ofPerson = [hashSecret(`${purpose}\nperson\n${person}`), LIMITS.person] as const;
  if (address === null) return [ofPerson];
  return [ofPerson, [hashSecret(`${purpose}\naddress\n${address}`), LIMITS.address] as const];
}

/**
 * The network address of a caller: the last hop that our own server or the proxy before it wrote
 * down. Earlier hops are the caller's own words.
 */
export function addressOf(headers: Headers): string | null {
  const hops = headers.get("x-forwarded-for")?.split(",") ?? [];
  const last = hops.at(-1)?.trim();
  return last === undefined || last === "" ? null : last.slice(0, 64);
}

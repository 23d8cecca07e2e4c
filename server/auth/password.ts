import { hash, verify } from "@node-rs/argon2";
import { z } from "zod";
import { PASSWORD_LENGTH } from "../core/password-length";

/** Argon2id with the first parameters that OWASP recommends: 19 MiB, two passes, one lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** A password that somebody chooses. The upper bound keeps hashing a megabyte from being free. */
export const chosenPassword = z
  .string()
  .min(
    PASSWORD_LENGTH.min,
    `Choose a password of at least ${PASSWORD_LENGTH.min} characters; a sentence is easy to remember.`,
  )
  .max(PASSWORD_LENGTH.max, `A password has at most ${PASSWORD_LENGTH.max} characters.`);

/** The hash that is stored; parameters and salt are part of it. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, PARAMETERS);
}

let standIn: Promise<string> | undefined;

/**
 * Compares a password with a stored hash. Without one (an unknown person, or one who signs in
 * otherwise) the same work is done against a stand-in, so that the time tells nothing.
 */
export async function isPassword(stored: string | null, password: string): Promise<boolean> {
  standIn ??= hashPassword("a password that nobody can have, because its hash is never stored");
  const matches = await verify(stored ?? (await standIn), password);
  return stored !== null && matches;
}

import { randomFillSync } from "node:crypto";
import { wallNow } from "./clock";

/** Two hexadecimal digits of every byte. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

const RANDOM_BYTES = 10;
const pool = Buffer.alloc(RANDOM_BYTES * 512);
let used = pool.length;

/** Where the next random bytes lie; asking the system for many at once costs a fraction. */
function nextRandom(): number {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += RANDOM_BYTES;
  return used - RANDOM_BYTES;
}

/** The 32 hexadecimal digits of a uuid of version 7: milliseconds, then randomness. */
function digits(): { time: string; a: string; b: string; c: string } {
  const at = nextRandom();
  const hex = (n: number) => HEX[pool[at + n] ?? 0];
  const time = wallNow().getTime().toString(16).padStart(12, "0");
  const version = HEX[((pool[at] ?? 0) & 0x0f) | 0x70];
  const variant = HEX[((pool[at + 2] ?? 0) & 0x3f) | 0x80];
  return {
    time,
    a: `${version}${hex(1)}`,
    b: `${variant}${hex(3)}`,
    c: `${hex(4)}${hex(5)}${hex(6)}${hex(7)}${hex(8)}${hex(9)}`,
  };
}

/**
 * A new time-sortable row id (uuid version 7). Ids are made before the insert, so that one
 * statement can tie an event, its ledger entries and its replay row together.
 */
export function newId(): string {
  const { time, a, b, c } = digits();
  return `${time.slice(0, 8)}-${time.slice(8)}-${a}-${b}-${c}`;
}

/** The id by which a request is found in the log. */
export function newRequestId(): string {
  const { time, a, b, c } = digits();
  return `req_${time}${a}${b}${c}`;
}

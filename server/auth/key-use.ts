import { wallNow } from "../platform/clock";
import type { Db } from "../platform/db";
import { log } from "../platform/log";
import { sharedInProcess } from "../platform/shared-in-process";
import { writeKeyUse } from "../tenancy/rows";

/** "Last used" is shown to people; a minute's precision spares the hot path its write. */
const lastUse = () => sharedInProcess("key-use", () => new Map<string, Date>());

/** Remembers that a key was used just now; written by `flushKeyUse`. */
export function noteKeyUse(keyId: string): void {
  lastUse().set(keyId, wallNow());
}

/** Writes the remembered uses. Losable on purpose: a crash loses at most the last interval. */
export async function flushKeyUse(db: Db): Promise<void> {
  if (lastUse().size === 0) return;
  const uses = [...lastUse().entries()];
  lastUse().clear();
  try {
    await writeKeyUse(db, uses);
  } catch (error) {
    log.warn({ reason: String(error) }, "last use of keys not written");
  }
}

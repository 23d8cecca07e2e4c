import type { Ctx } from "../platform/context";
import { sharedInProcess } from "../platform/shared-in-process";
import { writeFirstCheck } from "./rows";

/** Environments whose first check is known to be written, so that later checks write nothing. */
const written = () => sharedInProcess("first-check", () => new Set<number>());

/**
 * Remembers that access was checked in this environment, for the checklist of whoever sets it up.
 * One statement per environment and process; the answer of a check never fails by it.
 */
export async function noteFirstCheck(ctx: Ctx): Promise<void> {
  const { envId } = ctx.tenant;
  if (written().has(envId)) return;
  written().add(envId);
  try {
    await writeFirstCheck(ctx.db, { envId, at: ctx.now });
  } catch (error) {
    written().delete(envId);
    ctx.log.warn({ reason: String(error), env_id: envId }, "first check not written");
  }
}

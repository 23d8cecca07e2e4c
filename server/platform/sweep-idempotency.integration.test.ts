import { beforeEach, describe, expect, it } from "vitest";
import { db } from "./db";
import { log } from "./log";
import { sql } from "./sql";
import { sweepIdempotency } from "./sweep-idempotency";

async function count(): Promise<number> {
  const [row] = await db().query<{ n: number }>(sql`SELECT count(*)::int AS n FROM idempotency`);
  return row?.n ?? -1;
}

describe("sweepIdempotency", () => {
  beforeEach(async () => {
    await db().query(sql`DELETE FROM idempotency`);
  });

  it("deletes what expired in all chunks and environments, and nothing else", async () => {
    await db().query(sql`
      INSERT INTO idempotency (env_id, key_hash, body_hash, op, status, answer, expires_at)
      SELECT 1 + n % 3, gen_random_uuid(), gen_random_uuid(), 'balances.track', 200, '{}',
        now() + CASE WHEN n % 4 = 0 THEN -1 ELSE 1 END * interval '1 day'
      FROM generate_series(1, 12000) n`);
    expect(await sweepIdempotency(db(), log)).toBe(3000);
    expect(await count()).toBe(9000);
    expect(await sweepIdempotency(db(), log)).toBe(0);
    expect(await count()).toBe(9000);
  });

  it("finds nothing in an empty table and stops when it is told to", async () => {
    expect(await sweepIdempotency(db(), log)).toBe(0);
    await expect(sweepIdempotency(db(), log, AbortSignal.abort())).rejects.toThrow(/abort/i);
  });
});

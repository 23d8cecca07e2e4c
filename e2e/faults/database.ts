import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { boot } from "../../scripts/embedded-postgres.mjs";
import { brokenInvariants } from "../../server/testing/ledger-invariants";

const settings = { shared_buffers: "64MB", synchronous_commit: "on" };

/** A Postgres of its own in a folder, which may be killed and comes back. */
export class FaultyDatabase {
  private constructor(
    private readonly folder: string,
    private server: Awaited<ReturnType<typeof boot>>,
  ) {}

  static async start(folder: string): Promise<FaultyDatabase> {
    return new FaultyDatabase(folder, await boot({ dir: folder, settings }));
  }

  get url(): string {
    return this.server.url;
  }

  /** Kills the server as a whole, and starts it again. */
  async killServer(): Promise<void> {
    process.kill(this.server.pid, "SIGKILL");
    await untilGone(this.server.pid);
    this.server = await boot({ dir: this.folder, settings });
  }

  /** Kills one connection's process: Postgres then throws all of them out and recovers by itself. */
  async killBackend(): Promise<void> {
    const [busy] = await this.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
       ORDER BY state = 'active' DESC, random() LIMIT 1`,
    );
    if (busy !== undefined) process.kill(busy.pid, "SIGKILL");
    await wait(50);
    await this.untilAnswers();
  }

  private async untilAnswers(): Promise<void> {
    for (;;) {
      const ready = await this.query("SELECT 1").then(
        () => true,
        () => false,
      );
      if (ready) return;
      await wait(50);
    }
  }

  async query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.server.url });
    client.on("error", () => {});
    await client.connect();
    try {
      return (await client.query(text, values)).rows as Row[];
    } finally {
      await client.end().catch(() => {});
    }
  }

  /** Locks that somebody still waits for or holds in a transaction that does nothing. */
  async leftoverLocks(): Promise<object[]> {
    return this.query(
      `SELECT a.pid, a.state, a.query, now() - a.state_change AS since FROM pg_stat_activity a
       WHERE a.backend_type = 'client backend' AND a.pid <> pg_backend_pid()
         AND a.xact_start < now() - interval '6 seconds'
         AND (a.state LIKE 'idle in transaction%'
           OR EXISTS (SELECT 1 FROM pg_locks l WHERE l.pid = a.pid AND NOT l.granted))`,
    );
  }

  async brokenInvariants(): Promise<string[]> {
    const client = new pg.Client({ connectionString: this.server.url });
    await client.connect();
    try {
      return await brokenInvariants({
        query: async ({ text, values }) => (await client.query(text, values as unknown[])).rows,
      });
    } finally {
      await client.end();
    }
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}

async function untilGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await wait(10);
  }
}

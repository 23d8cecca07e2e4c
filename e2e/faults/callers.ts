import { setTimeout as wait } from "node:timers/promises";

/** What became of a request, as its caller knows. */
interface Sent {
  readonly id: string;
  /** With a key the caller repeats until it is answered; without one it asks once. */
  readonly keyed: boolean;
  readonly operation: "track" | "check" | "edit" | "hold";
  acknowledged: boolean;
  /** A check that answered no: nothing may be stored. */
  denied: boolean;
}

const CUSTOMERS = 6;
const OPERATIONS = ["track", "check", "track", "hold", "track", "edit", "check", "track"] as const;
const ANSWER_LIMIT_MS = 20_000;
/** How long a caller repeats a request before it gives up: longer than any recovery may take. */
const PATIENCE_MS = 150_000;

/** Callers that send requests without pause and remember what they were told. */
export class Callers {
  readonly sent: Sent[] = [];
  /** Answers that no fault excuses, such as a 400. */
  readonly refusals: string[] = [];
  /** Requests that were not answered within the limit although the server ran. */
  readonly stuck: string[] = [];
  /** Statuses of the 5xx kind, which leave the outcome open. */
  unavailable = 0;
  private state: "running" | "pausing" | "stopped" = "stopped";
  private working: Promise<void>[] = [];
  private lastAnswerAt = 0;

  constructor(
    private readonly servers: () => readonly string[],
    private readonly key: string,
    private readonly name: string,
  ) {}

  private customer(n: number): string {
    return `${this.name}-${n % CUSTOMERS}`;
  }

  /** Gives each customer more than can be spent. */
  async prepare(): Promise<void> {
    for (let n = 0; n < CUSTOMERS; n++) {
      const customer_id = this.customer(n);
      await this.must("customers.get_or_create", { customer_id });
      for (const feature_id of ["messages", "words"]) {
        await this.must("balances.create", {
          ...{ customer_id, feature_id, included_grant: 1_000_000, balance_id: "main" },
        });
      }
    }
  }

  start(callers: number): void {
    this.state = "running";
    this.working = Array.from({ length: callers }, (_, n) => this.work(n));
  }

  /** Ends when every caller has an answer, or has given up where it may. */
  async pause(): Promise<void> {
    this.state = "pausing";
    await Promise.all(this.working);
    this.state = "stopped";
  }

  /** Ends at once, whatever is under way. */
  abandon(): void {
    this.state = "stopped";
  }

  /** Waits until requests are answered again that were sent after this call. */
  async untilAnswered(limitMs: number): Promise<number> {
    const since = performance.now();
    while (this.lastAnswerAt <= since) {
      if (performance.now() - since > limitMs) throw new Error("No answer came any more.");
      await wait(10);
    }
    return performance.now() - since;
  }

  private async work(caller: number): Promise<void> {
    while (this.state === "running") {
      const n = this.sent.length;
      const operation = OPERATIONS[n % OPERATIONS.length] ?? "track";
      const one: Sent = {
        id: `${this.name}.${n}`,
        // Whoever holds units has to learn of it, or cannot close the lock.
        keyed: operation === "hold" || (caller + n) % 3 !== 0,
        operation,
        acknowledged: false,
        denied: false,
      };
      this.sent.push(one);
      await this.send(one, n);
      await wait(Math.random() * 10);
    }
  }

  /** Asks, and where units are held says at once that all of them were used. */
  private async send(one: Sent, n: number): Promise<void> {
    await this.insist(
      one,
      () => this.post(one, n),
      (body) => {
        one.acknowledged = true;
        one.denied = body.allowed === false;
      },
    );
    if (one.operation !== "hold" || !one.acknowledged) return;
    const close = { lock_id: one.id, action: "confirm" };
    const key = `${one.id} closed`;
    await this.insist(
      one,
      () => this.call("balances.finalize", close, { key, n }),
      () => {},
    );
  }

  private async insist(
    one: Sent,
    ask: () => Promise<{ status: number; body: Record<string, unknown> }>,
    answered: (body: Record<string, unknown>) => void,
  ): Promise<void> {
    const givesUpAt = performance.now() + PATIENCE_MS;
    do {
      const since = performance.now();
      const answer = await ask().catch((error: Error) => error);
      if (!(answer instanceof Error) && answer.status === 200) {
        answered(answer.body);
        this.lastAnswerAt = Math.max(this.lastAnswerAt, since);
        return;
      }
      if (answer instanceof Error) {
        if (answer.name === "TimeoutError") this.stuck.push(one.id);
      } else if (answer.status >= 500) {
        this.unavailable += 1;
      } else {
        this.refusals.push(`${one.id}: ${answer.status} ${JSON.stringify(answer.body)}`);
        return;
      }
      await wait(20);
      if (performance.now() > givesUpAt) {
        this.stuck.push(one.id);
        return;
      }
    } while (one.keyed && this.state !== "stopped");
  }

  private post(one: Sent, n: number) {
    const subject = {
      customer_id: this.customer(Math.floor(n / 3)),
      feature_id: n % 2 === 0 ? "messages" : "words",
    };
    const key = one.keyed ? one.id : undefined;
    if (one.operation === "edit") {
      const edit = { ...subject, balance_id: "main", add_to_balance: 1, reason: one.id };
      return this.call("balances.update", edit, { key, n });
    }
    const use = { ...subject, properties: { id: one.id } };
    if (one.operation === "hold") {
      const lock = { enabled: true, lock_id: one.id };
      return this.call("balances.check", { ...use, required_balance: 1, lock }, { key, n });
    }
    return one.operation === "check"
      ? this.call("balances.check", { ...use, required_balance: 1, send_event: true }, { key, n })
      : this.call("balances.track", { ...use, value: 1 }, { key, n });
  }

  private async must(name: string, body: object): Promise<void> {
    const answer = await this.call(name, body, { key: undefined, n: 0 });
    if (answer.status !== 200) throw new Error(`${name}: ${JSON.stringify(answer)}`);
  }

  private async call(
    name: string,
    body: object,
    { key, n }: { key: string | undefined; n: number },
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const servers = this.servers();
    const answer = await fetch(`${servers[n % servers.length]}/v1/${name}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${this.key}`,
        "content-type": "application/json",
        ...(key === undefined ? {} : { "idempotency-key": key }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }
}

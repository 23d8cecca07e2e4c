import { randomInt } from "node:crypto";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/**
 * Where a connection breaks, as seen from a write on its way to the database:
 * `before` nothing of it arrives; `during` a part of it arrives; `reply` all of it arrives and the
 * answer is lost; `torn reply` a part of the answer comes through; `late` the app's side breaks at
 * once and the write arrives at the database afterwards, on a connection that nobody reads;
 * `everything` all connections break at once.
 */
export type Cut = "before" | "during" | "reply" | "torn reply" | "late" | "everything";

export const cuts: readonly Cut[] = [
  ...(["before", "during", "reply", "torn reply", "late", "everything"] as const),
];

interface Link {
  readonly app: Socket;
  readonly database: Socket;
  /** What happens to the next bytes from the database. */
  onReply: ((bytes: Buffer) => void) | null;
}

/** A write: the batch's one statement, or the end of a transaction. */
const WRITE = /write_batch|COMMIT/;
/** Without a write in that time, any message will do. */
const PATIENCE_MS = 400;

/** Stands between app and database and breaks connections where it is told to. */
export class CuttingProxy {
  private readonly links = new Set<Link>();
  private target = { host: "127.0.0.1", port: 0 };
  private waiting: { cut: Cut; since: number; done: () => void } | null = null;

  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {}

  static async listen(): Promise<CuttingProxy> {
    const server = createServer({ noDelay: true });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("No port for the proxy.");
    const proxy = new CuttingProxy(server, address.port);
    server.on("connection", (socket) => proxy.link(socket));
    return proxy;
  }

  /** Leads new connections to that database, and gives the address that leads through here. */
  aim(databaseUrl: string): string {
    const url = new URL(databaseUrl);
    this.target = { host: url.hostname, port: Number(url.port) };
    url.host = `127.0.0.1:${this.port}`;
    return url.href;
  }

  /** Breaks the connection that sends the next write; resolves when it is broken. */
  cutNext(cut: Cut): Promise<void> {
    if (cut === "everything") {
      this.cutAll();
      return Promise.resolve();
    }
    return new Promise((done) => {
      this.waiting = { cut, since: performance.now(), done };
    });
  }

  cutAll(): void {
    for (const link of this.links) this.close(link);
  }

  async stop(): Promise<void> {
    this.cutAll();
    this.server.close();
    await once(this.server, "close");
  }

  private link(app: Socket): void {
    const database = connect({ ...this.target, noDelay: true });
    const link: Link = { app, database, onReply: null };
    this.links.add(link);
    app.on("data", (bytes) => this.pass(link, bytes));
    database.on("data", (bytes) => (link.onReply ? link.onReply(bytes) : app.write(bytes)));
    for (const socket of [app, database]) {
      socket.on("error", () => this.close(link));
      socket.on("close", () => this.close(link));
    }
  }

  private pass(link: Link, bytes: Buffer): void {
    const { waiting } = this;
    const isDue = waiting !== null && performance.now() - waiting.since > PATIENCE_MS;
    if (waiting === null || !(isDue || WRITE.test(bytes.toString("latin1")))) {
      link.database.write(bytes);
      return;
    }
    this.waiting = null;
    this.breakAt(link, bytes, waiting.cut);
    waiting.done();
  }

  private breakAt(link: Link, bytes: Buffer, cut: Cut): void {
    if (cut === "late") {
      void this.deliverLate(link, bytes);
    } else if (cut === "during") {
      link.database.write(bytes.subarray(0, randomInt(bytes.length)), () => this.close(link));
    } else if (cut === "reply" || cut === "torn reply") {
      link.onReply = (reply) => {
        const heard = cut === "reply" ? 0 : randomInt(reply.length);
        link.app.write(reply.subarray(0, heard), () => this.close(link));
      };
      link.database.write(bytes);
    } else {
      this.close(link);
    }
  }

  private async deliverLate(link: Link, bytes: Buffer): Promise<void> {
    this.links.delete(link);
    link.onReply = () => {};
    link.app.removeAllListeners("close");
    link.app.destroy();
    await wait(randomInt(5, 400));
    link.database.write(bytes);
    await wait(1_000);
    link.database.destroy();
  }

  private close(link: Link): void {
    if (!this.links.delete(link)) return;
    link.app.destroy();
    link.database.destroy();
  }
}

import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

const startLimitMs = 120_000;

/** The production server in a process of its own, which may be killed and started again. */
export class FaultyApp {
  private server: ChildProcess | null = null;

  constructor(
    private readonly options: {
      readonly port: number;
      readonly key: string;
      readonly folder: string;
      readonly databaseUrl: string;
    },
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.options.port}`;
  }

  /** Starts it as a user does, and waits until it takes traffic. */
  async start(): Promise<void> {
    const { port, key, folder, databaseUrl } = this.options;
    const server = spawn(process.execPath, ["scripts/start.mjs"], {
      stdio: ["ignore", "ignore", "inherit"],
      env: {
        ...process.env,
        PORT: String(port),
        HOST: "127.0.0.1",
        DATABASE_URL: databaseUrl,
        WINDFALL_DATA_DIR: folder,
        WINDFALL_BOOTSTRAP_SECRET_KEY: key,
        RATE_LIMITS: "off",
        LOG_LEVEL: "silent",
      },
    });
    this.server = server;
    const deadline = performance.now() + startLimitMs;
    while (!(await this.isReady())) {
      if (server.exitCode !== null) throw new Error(`The server ended with ${server.exitCode}.`);
      if (performance.now() > deadline) throw new Error("The server did not start in time.");
      await wait(50);
    }
  }

  private isReady(): Promise<boolean> {
    return fetch(`${this.url}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const { server } = this;
    if (server === null || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill(signal);
    await ended;
  }

  async kill(): Promise<void> {
    await this.stop("SIGKILL");
  }
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address === null || typeof address === "string"
          ? reject(new Error("No port is free."))
          : resolve(address.port),
      );
    });
  });
}

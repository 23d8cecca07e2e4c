import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import next from "next";
import { api } from "./api/app";
import { answerAtDoor } from "./api/door";
import { markReady } from "./api/health";
import { type RunningJobs, startJobs } from "./jobs/start-jobs";
import { elapsedMs } from "./platform/clock";
import { db } from "./platform/db";
import { env } from "./platform/env";
import { log } from "./platform/log";
import { bootstrapFromEnv } from "./tenancy/bootstrap";
import { hasOwner } from "./tenancy/first-run";

const drainMs = 10_000;

/** The self-hosted server: it owns the port, the public API and the pages. */
interface WindfallServer {
  /** Lets traffic in. Call it once the database is migrated. */
  open(): Promise<void>;
  /** The one-time token of the first-run page, while nobody owns this installation. */
  setupToken(): Promise<string | undefined>;
  /** Answers what is in flight, refuses what comes, and lets go of the database. */
  close(): Promise<void>;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

/**
 * Listens on `env().HOST` and `env().PORT`, answering 503 until `open()`.
 *
 * The public API is answered here, before the web framework sees the request: a route of the
 * framework costs many times the work of the API itself.
 *
 * @param dir the repository's folder, which holds the build
 */
export async function listen(dir: string): Promise<WindfallServer> {
  markReady(false);
  const answerApi = getRequestListener(api.fetch, { overrideGlobalObjects: false });
  let answerPage: Listener = answerNotYet;
  let answerCall: Listener = answerNotYet;
  let jobs: RunningJobs | undefined;

  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    if (path === "/healthz" || path === "/metrics") return answerApi(request, response);
    return (path.startsWith("/v1/") ? answerCall : answerPage)(request, response);
  });
  // Longer than the idle time of common proxies, so that they never reuse a connection we closed.
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(env().PORT, env().HOST, resolve);
  });

  return {
    open: async () => {
      await bootstrapFromEnv(db());
      const pages = next({ dev: false, dir, hostname: env().HOST, port: env().PORT });
      await pages.prepare();
      answerPage = pages.getRequestHandler();
      answerCall = (request, response) =>
        answerAtDoor(request, response) || answerApi(request, response);
      jobs = await startJobs(env().DATABASE_URL);
      markReady(true);
      log.info({ version: env().WINDFALL_VERSION, port: env().PORT }, "ready");
    },
    setupToken: async () => ((await hasOwner(db())) ? undefined : env().WINDFALL_SETUP_TOKEN),
    close: async () => {
      log.info("draining");
      await drain(server);
      await jobs?.stop();
      await db().close();
      log.info("stopped");
    },
  };
}

function answerNotYet(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { "content-type": "application/json", "retry-after": "1" });
  response.end('{"message":"Windfall is starting. Try again in a second.","code":"starting"}');
}

/** Stops accepting, then waits for the answers in flight, up to ten seconds. */
async function drain(server: ReturnType<typeof createServer>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const deadline = elapsedMs() + drainMs;
  let done = false;
  void closed.then(() => {
    done = true;
  });
  while (!done && elapsedMs() < deadline) {
    // A connection whose answer just went out is idle now and would stay open for a minute.
    server.closeIdleConnections();
    await Promise.race([closed, wait(50)]);
  }
  server.closeAllConnections();
}

// The second mount of the API: the framework's own server, as a serverless host runs it, on the
// database of the installation that stands beside it.
import { spawn } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { boot } from "../scripts/embedded-postgres.mjs";

const { MOUNT_PORT = "", NEIGHBOUR_URL = "", NEIGHBOUR_DATA_DIR = "" } = process.env;

const isReady = () =>
  fetch(`${NEIGHBOUR_URL}/healthz`).then(
    (answer) => answer.ok,
    () => false,
  );
while (!(await isReady())) await wait(250);

// Longer than a journey pauses: a client that reuses a connection just as it is closed sees an error.
const longConnections = ["--keepAliveTimeout", "120000"];
const { url } = await boot({ dir: NEIGHBOUR_DATA_DIR });
const server = spawn(
  process.execPath,
  [
    "node_modules/next/dist/bin/next",
    "start",
    "-p",
    MOUNT_PORT,
    "-H",
    "127.0.0.1",
    ...longConnections,
  ],
  { stdio: "inherit", env: { ...process.env, DATABASE_URL: url } },
);
process.on("SIGTERM", () => server.kill("SIGTERM"));
server.on("exit", (code) => process.exit(code ?? 0));

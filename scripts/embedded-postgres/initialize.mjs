// @ts-check
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { binary } from "./binaries.mjs";
import { explainFailure } from "./explain.mjs";
import { places, serverEnvironment } from "./places.mjs";

/**
 * Creates the database cluster next to its final place and moves it there when it is whole, so that
 * an interrupted first start leaves nothing that looks like a database.
 *
 * Access needs a generated password even on 127.0.0.1, since other users of the machine can connect
 * there too.
 *
 * @param {string} folder
 * @param {import("./run-as.mjs").RunAs} runAs
 */
export function initialize(folder, runAs) {
  const { database, password, initializing } = places(folder);
  rmSync(initializing, { recursive: true, force: true });
  mkdirSync(initializing, { mode: 0o700 });
  writeFileSync(password, randomBytes(24).toString("base64url"), { mode: 0o600 });
  runAs.own(initializing);
  runAs.own(password);
  const args = [
    `--pgdata=${initializing}`,
    "--username=windfall",
    "--auth=scram-sha-256",
    `--pwfile=${password}`,
    "--encoding=UTF8",
    "--locale=C",
    "--no-instructions",
  ];
  const result = spawnSync(...runAs.wrap(binary(runAs.binaries, "initdb"), args), {
    ...runAs.options,
    env: serverEnvironment(),
    encoding: "utf8",
    cwd: "/",
  });
  if (result.status !== 0) {
    rmSync(initializing, { recursive: true, force: true });
    throw explainFailure({
      folder,
      text: `${result.stdout ?? ""}${result.stderr ?? ""}`,
      failure: result.error?.message ?? `initdb ended with status ${result.status}`,
    });
  }
  renameSync(initializing, database);
}

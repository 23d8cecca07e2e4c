// @ts-check
import { existsSync } from "node:fs";
import { runCommand } from "../steps/run-command.mjs";

const major = 15;

/** Where the usual packages put that version, on Debian, on macOS and by Red Hat's rules. */
const roots = [
  `/usr/lib/postgresql/${major}`,
  `/opt/homebrew/opt/postgresql@${major}`,
  `/usr/local/opt/postgresql@${major}`,
  `/usr/pgsql-${major}`,
];

/**
 * The oldest Postgres that Windfall runs on, from the system or, for root on Debian, from its package.
 *
 * @returns {Promise<import("../embedded-postgres/binaries.mjs").Binaries | undefined>}
 */
export async function oldestPostgres() {
  if (find() === undefined && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    // In this "run level" the package does not start a server of its own.
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
    await runCommand("apt-get", ["update", "-q"], { env });
    const install = ["install", "-y", "-q", "--no-install-recommends", `postgresql-${major}`];
    await runCommand("apt-get", install, { env });
  }
  const root = find();
  return root === undefined ? undefined : { root, suffix: "", major };
}

/** @returns {string | undefined} */
function find() {
  return roots.find((root) => existsSync(`${root}/bin/postgres`));
}

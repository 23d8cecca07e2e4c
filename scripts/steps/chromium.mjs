// @ts-check
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { StartError } from "../start-error.mjs";
import { step } from "./progress.mjs";
import { runCommand, runInstalled, tailOf } from "./run-command.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const places = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * The system's own browser, if it starts.
 *
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {string | undefined}
 */
export function systemChromium(environment = process.env) {
  const { CHROMIUM_PATH: given, PATH: path = "" } = environment;
  const found = path.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return [...(given ? [given] : []), ...found, ...places].find(
    (candidate) => existsSync(candidate) && starts(candidate),
  );
}

/**
 * Finds a browser for the end-to-end tests or installs one: the system's, else Debian's package,
 * else Playwright's own download.
 *
 * @returns {Promise<string>} its path
 */
export async function provideChromium() {
  const present = systemChromium() ?? (await playwrightChromium());
  if (present) return present;
  return await step("Installing a browser for the tests", async () => {
    await installDebianPackage();
    const debian = systemChromium();
    if (debian) return debian;
    const download = await runInstalled("@playwright/test/cli.js", ["install", "chromium"]);
    const downloaded = await playwrightChromium();
    if (downloaded) return downloaded;
    throw new StartError(
      "No Chromium was found, and neither Debian's package nor Playwright's download could be installed. " +
        `Install Chromium or Chrome and set CHROMIUM_PATH to it.\n${tailOf(download)}`,
    );
  });
}

async function installDebianPackage() {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !existsSync("/usr/bin/apt-get")) return;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await runCommand("apt-get", ["update", "-q"], { env });
  await runCommand("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"], {
    env,
  });
}

/** @returns {Promise<string | undefined>} */
async function playwrightChromium() {
  const { chromium } = await import("@playwright/test");
  const path = chromium.executablePath();
  return existsSync(path) && starts(path) ? path : undefined;
}

/** @param {string} executable */
function starts(executable) {
  return spawnSync(executable, ["--version"], { stdio: "ignore", timeout: 20_000 }).status === 0;
}

// @ts-check
// Imported first by every entry script, so that an old Node stops here with a sentence instead of
// somewhere deeper with a syntax error.

/** What the pinned dependencies run on; `engines` of package.json says the same. */
export const supportedNode = "^20.19 || ^22.12 || >=24";

/** @param {string} version such as "20.20.2" */
export function isSupportedNode(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
}

if (!isSupportedNode(process.versions.node)) {
  console.error(
    `Windfall needs Node 20.19 or newer, 22.12 or newer, or 24 or newer; this is ${process.versions.node}. ` +
      "Install a current one from https://nodejs.org and start again.",
  );
  process.exit(1);
}

// @ts-check

/**
 * Prints what knip found as JSON, together with the number of files it looked at, which its own JSON
 * reporter leaves out.
 *
 * @param {import("knip").ReporterOptions} options
 */
export default function report({ issues, counters, configurationHints, cwd }) {
  const findings = Object.entries(issues).flatMap(([kind, files]) =>
    Object.values(files).flatMap((file) =>
      Object.values(file).map(({ filePath, symbol, line }) => {
        const path = filePath.replace(`${cwd}/`, "");
        return `${kind}: ${path}${line ? `:${line}` : ""}${symbol === path ? "" : ` ${symbol}`}`;
      }),
    ),
  );
  const hints = configurationHints.map((hint) => `configuration: ${JSON.stringify(hint)}`);
  console.log(JSON.stringify({ processed: counters.processed, findings: [...findings, ...hints] }));
}

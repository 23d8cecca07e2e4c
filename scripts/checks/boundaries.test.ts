import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../steps/run-command.mjs";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const configuration = join(repository, ".dependency-cruiser.cjs");

interface Configuration {
  readonly forbidden: readonly { readonly name: string; readonly severity: string }[];
}

/** For each rule, imports that break it: `from` imports `to`. */
const breaks: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  "core-is-pure": [
    ["server/core/rating.ts", "../platform/clock"],
    ["server/core/period.ts", "node:fs"],
    ["server/core/plan.ts", "zod"],
  ],
  "rows-are-lowest": [["server/balances/rows.ts", "../catalog/load-catalog"]],
  "present-is-pure": [
    ["server/balances/present.ts", "./rows"],
    ["server/catalog/present.ts", "../platform/clock"],
  ],
  "operations-only-in-tree": [
    ["server/balances/reset-due.ts", "./operations/check"],
    ["server/trpc/root.ts", "../balances/operations/check"],
  ],
  "roots-one-way": [
    ["server/catalog/load-catalog.ts", "../billing/apply-change"],
    ["server/events/record.ts", "../balances/load-subject"],
  ],
  "layers-one-way": [
    ["server/platform/log.ts", "../catalog/load-catalog"],
    ["server/customers/find.ts", "../api/http"],
    ["server/billing/close.ts", "../jobs/queue"],
  ],
  "nobody-uses-webhooks": [["server/billing/apply-change.ts", "../webhooks/deliver"]],
  "private-subfolders": [
    ["server/billing/pay.ts", "../payments/stripe/adapter"],
    ["app/page.tsx", "@/server/payments/stripe/adapter"],
  ],
  "stripe-only-in-adapter": [["server/billing/charge.ts", "stripe"]],
  "prisma-only-in-server-modules": [
    ["app/customers/page.tsx", "@/generated/prisma/client"],
    ["components/table.tsx", "pg"],
  ],
  "client-never-imports-server": [["components/badge.tsx", "@/server/catalog/load-catalog"]],
  "no-circular": [["server/entities/one.ts", "./two"]],
  "no-orphans": [["server/entities/forgotten.ts", ""]],
};

/** Imports that look alike and are right. */
const kept = [
  ["server/entities/two.ts", "./one"],
  ["server/core/money.ts", "decimal.js"],
  ["server/api/operations.ts", "../balances/operations/check"],
  ["server/balances/settle.ts", "../events/rows"],
  ["components/amount.tsx", "@/server/core/money"],
  ["components/query.tsx", "type @/server/trpc/root"],
  ["app/route.ts", "@/server/api/http"],
] as const;

let folder: string;
let found: Map<string, Set<string>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "windfall-boundaries-"));
  for (const name of ["pg", "zod", "stripe", "decimal.js"]) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: "index.js" }));
    write(`node_modules/${name}/index.js`, "exports.name = 1;");
  }
  write("tsconfig.json", '{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }');
  const imports = [...Object.values(breaks).flat(), ...kept];
  for (const [from, to] of imports)
    write(from, to === "" ? "export const left = 1;" : statement(to));
  for (const [from, to] of imports) writeTarget(from, to.replace(/^type /, ""));
  const result = await runCommand(
    process.execPath,
    [
      join(repository, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs"),
      ...["--config", configuration, "--output-type", "json"],
      ...["app", "components", "server"],
    ],
    { cwd: folder },
  );
  found = new Map();
  for (const { rule, from } of JSON.parse(result.stdout).summary.violations) {
    found.set(rule.name, (found.get(rule.name) ?? new Set()).add(from));
  }
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function statement(to: string): string {
  return to.startsWith("type ")
    ? `import type { name } from "${to.slice(5)}";\nexport type A = typeof name;`
    : `import { name } from "${to}";\nexport const a = name;`;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Makes the imported file, unless it is a package or one of the breaks itself. */
function writeTarget(from: string, to: string): void {
  if (!/^[.@]\.?\//.test(to)) return;
  const target = to.startsWith("@/") ? to.slice(2) : join(dirname(from), to);
  const written = [...Object.values(breaks).flat(), ...kept].some(([path]) =>
    path.startsWith(`${target}.`),
  );
  if (!written) write(`${target}.ts`, "export const name = 1;");
}

describe("the boundaries", () => {
  it("are all errors, and each has a break here", () => {
    const { forbidden }: Configuration = createRequire(import.meta.url)(configuration);
    expect(forbidden.every((rule) => rule.severity === "error")).toBe(true);
    expect([...new Set(forbidden.map((rule) => rule.name))].sort()).toEqual(
      Object.keys(breaks).sort(),
    );
  });

  it.each(Object.entries(breaks))("%s finds its breaks", (rule, imports) => {
    for (const [from] of imports) expect([...(found.get(rule) ?? [])]).toContain(from);
  });

  it("leave what is right alone", () => {
    const wronged = [...found.values()].flatMap((files) => [...files]);
    for (const [from] of kept) expect(wronged).not.toContain(from);
  });
});

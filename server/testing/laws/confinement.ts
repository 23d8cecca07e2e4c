import ts from "typescript";
import type { Law } from "./law";
import { nodesOf, placeOf, type Repository, type RepositoryFile } from "./repository";

const product = /^(app|components|server)\/.*\.tsx?$|^(proxy|instrumentation)\.ts$/;

/** Breaks of a law that is about single nodes. */
function breaks(
  repository: Repository,
  files: RegExp,
  wrong: (node: ts.Node, file: RepositoryFile) => string | undefined,
): readonly string[] {
  return repository.files(files).flatMap((file) => {
    if (file.isTest) return [];
    return [...nodesOf(file)].flatMap((node) => {
      const reason = wrong(node, file);
      return reason === undefined ? [] : [`${placeOf(file, node)} ${reason}`];
    });
  });
}

/** Time is an argument. One file reads the clock, so that tests and sandboxes can set it. */
export const clock: Law = {
  title: "only server/platform/clock.ts reads the clock",
  check: (repository) =>
    breaks(repository, product, (node, file) => {
      if (file.path === "server/platform/clock.ts") return undefined;
      const text = node.getText();
      const reads =
        (ts.isNewExpression(node) && /^new Date(\(\))?$/.test(text)) ||
        (ts.isCallExpression(node) && /^(Date\.now|Date)\(\)$/.test(text));
      return reads ? "reads the clock" : undefined;
    }),
  broken: {
    "server/billing/a.ts": "const now = new Date();",
    "app/page.tsx": "const now = Date.now();",
    "components/b.tsx": "const now = new Date;",
  },
  kept: {
    "server/platform/clock.ts": "export const wallNow = () => new Date();",
    "server/billing/a.ts": "const at = new Date(row.at);",
    "server/billing/a.test.ts": "const now = Date.now();",
  },
};

/** The environment is validated once, by one schema. */
export const environment: Law = {
  title: "only server/platform/env.ts reads process.env",
  check: (repository) =>
    breaks(repository, product, (node, file) => {
      if (file.path === "server/platform/env.ts") return undefined;
      if (!ts.isPropertyAccessExpression(node) || node.getText() !== "process.env")
        return undefined;
      // The framework replaces this one name by a constant when it builds.
      const isConstant =
        ts.isPropertyAccessExpression(node.parent) && node.parent.name.text === "NODE_ENV";
      return isConstant ? undefined : "reads process.env";
    }),
  broken: {
    "server/auth/a.ts": "const secret = process.env.NEXTAUTH_SECRET;",
    "app/b.tsx": "const { PORT } = process.env;",
  },
  kept: {
    "server/platform/env.ts": "parse(process.env);",
    "proxy.ts": 'const development = process.env.NODE_ENV === "development";',
  },
};

/** Money and quantities are decimals or whole minor units, never binary floats. */
export const floats: Law = {
  title: "server/ never goes through parseFloat or toFixed",
  check: (repository) =>
    breaks(repository, /^server\/.*\.ts$/, (node) =>
      ts.isIdentifier(node) && /^(parseFloat|toFixed)$/.test(node.text)
        ? `uses ${node.text}`
        : undefined,
    ),
  broken: {
    "server/core/a.ts": "const amount = parseFloat(text);",
    "server/core/b.ts": "const text = amount.toFixed(2);",
    "server/core/c.ts": "const amount = Number.parseFloat(text);",
  },
  kept: { "server/core/a.ts": "const amount = new Decimal(text); // not parseFloat" },
};

/** What runs in a browser carries no server code with it. */
export const clientFiles: Law = {
  title: '"use client" files import values from server/core alone',
  check: (repository) =>
    repository.files(/^(app|components)\/.*\.tsx?$/).flatMap((file) => {
      if (!/^\s*["']use client["']/.test(file.text)) return [];
      return file.tree().statements.flatMap((statement) => {
        if (!ts.isImportDeclaration(statement) || isTypeOnly(statement)) return [];
        const from = statement.moduleSpecifier.getText().slice(1, -1);
        const isServer = /^(@\/|(\.\.\/)+)server\/(?!core\/)/.test(from);
        return isServer ? [`${placeOf(file, statement)} imports ${from} into the browser`] : [];
      });
    }),
  broken: {
    "app/a.tsx": '"use client";\nimport { db } from "@/server/platform/db";',
    "components/b.tsx": '"use client";\nimport { rows } from "../server/catalog/rows";',
  },
  kept: {
    "app/a.tsx": '"use client";\nimport type { Router } from "@/server/trpc/root";',
    "app/b.tsx": '"use client";\nimport { settle } from "@/server/core/money";',
    "app/c.tsx": 'import { db } from "@/server/platform/db";',
  },
};

function isTypeOnly(statement: ts.ImportDeclaration): boolean {
  const clause = statement.importClause;
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const named = clause.namedBindings;
  return (
    clause.name === undefined &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.every((element) => element.isTypeOnly)
  );
}

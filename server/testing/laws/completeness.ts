import ts from "typescript";
import type { Law } from "./law";
import type { Repository } from "./repository";

/** An operation without a test of its own is not finished. */
export const testedOperations: Law = {
  title: "each operation has a test of its own name",
  check: (repository) => {
    const tests = new Set(
      repository
        .files(/^server\/[^/]+\/operations\/.*\.test\.ts$/)
        .map((file) => stemOf(file.path)),
    );
    return repository
      .files(/^server\/[^/]+\/operations\/[^/]+\.ts$/)
      .filter((file) => !file.isTest && !tests.has(stemOf(file.path)))
      .map((file) => `${file.path} has no test`);
  },
  broken: { "server/balances/operations/check.ts": "export const check = 1;" },
  kept: {
    "server/balances/operations/check.ts": "export const check = 1;",
    "server/balances/operations/check.integration.test.ts": "",
  },
};

const stemOf = (path: string) => path.replace(/(\.integration)?(\.test)?\.ts$/, "");

/** What can be set is explained, and what is explained can be set. */
export const explainedVariables: Law = {
  title: ".env.example explains exactly the variables of server/platform/env.ts",
  check: (repository) => {
    const read = namesInSchema(repository);
    const explained = repository
      .files(/^\.env\.example$/)
      .flatMap((file) =>
        file.lines.flatMap((line) => /^(?:# ?)?([A-Z][A-Z0-9_]+)=/.exec(line)?.[1] ?? []),
      );
    return [
      ...read
        .filter((name) => !explained.includes(name))
        .map((name) => `.env.example does not explain ${name}`),
      ...explained
        .filter((name) => !read.includes(name))
        .map((name) => `server/platform/env.ts does not read ${name}`),
    ];
  },
  broken: {
    "server/platform/env.ts": "const schema = z.object({ PORT: z.string() });",
    ".env.example": "# The port.\n# PROT=3000\n",
  },
  kept: {
    "server/platform/env.ts": "const schema = z.object({ PORT: z.string() });",
    ".env.example": "# The port.\n# PORT=3000\n",
  },
};

function namesInSchema(repository: Repository): readonly string[] {
  return repository.files(/^server\/platform\/env\.ts$/).flatMap((file) =>
    file.tree().statements.flatMap((statement) => {
      if (!ts.isVariableStatement(statement)) return [];
      const [declaration] = statement.declarationList.declarations;
      const value = declaration?.initializer;
      if (declaration?.name.getText() !== "schema" || !value || !ts.isCallExpression(value)) {
        return [];
      }
      const [shape] = value.arguments;
      return shape && ts.isObjectLiteralExpression(shape)
        ? shape.properties.flatMap((property) => property.name?.getText() ?? [])
        : [];
    }),
  );
}

const frameworkFiles =
  /^app\/(.*\/)?(page|layout|template|loading|error|global-error|not-found|default|route|manifest|robots|sitemap|icon|opengraph-image)\.tsx?$|^[^/]+\.config\.(ts|mjs)$|^scripts\/checks\/knip-reporter\.mjs$|^server\/testing\/global-setup\.ts$/;

/** A default export has a new name wherever it is imported. */
export const defaultExports: Law = {
  title: "only files whose framework asks for it have a default export",
  check: (repository) =>
    repository
      .files(/^(app|components|server|scripts|e2e)\/.*\.(tsx?|mjs)$|^[^/]+\.(ts|mjs)$/)
      .filter((file) => /^export default\b/m.test(file.text) && !frameworkFiles.test(file.path))
      .map((file) => `${file.path} has a default export`),
  broken: {
    "components/button.tsx": "export default function Button() {}",
    "app/plans/_components/card.tsx": "export default () => null;",
  },
  kept: {
    "app/plans/page.tsx": "export default function Page() {}",
    "next.config.ts": "export default {};",
  },
};

import ts from "typescript";
import type { Law } from "./law";
import { nodesOf, placeOf, type RepositoryFile } from "./repository";

const sourceFiles = /^(app|components|server|scripts|e2e)\/.*\.(tsx?|mjs)$|^[^/]+\.(ts|mjs|cjs)$/;

function lineLimit(file: RepositoryFile): number {
  if (file.isTest) return 600;
  return file.path.endsWith(".tsx") ? 250 : 400;
}

/** Files stay short enough to be read in one sitting. */
export const fileSize: Law = {
  title: "files have at most 400 lines, components 250, tests 600",
  check: (repository) =>
    repository
      .files(sourceFiles)
      .filter((file) => file.lines.length > lineLimit(file))
      .map((file) => `${file.path} has ${file.lines.length} lines, ${lineLimit(file)} are allowed`),
  broken: {
    "server/billing/long.ts": "\n".repeat(401),
    "components/long.tsx": "\n".repeat(251),
    "server/billing/long.test.ts": "\n".repeat(601),
  },
  kept: {
    "server/billing/long.ts": "\n".repeat(400),
    "components/long.tsx": "\n".repeat(250),
    "server/billing/long.test.ts": "\n".repeat(600),
  },
};

/** Functions fit on a screen; a component with its markup may be as long as its file. */
export const functionSize: Law = {
  title: "functions have at most 70 lines",
  check: (repository) =>
    repository.files(sourceFiles).flatMap((file) =>
      [...nodesOf(file)].flatMap((node) => {
        if (!isFunction(node) || mayBeLong(file, node)) return [];
        const length = linesOf(file, node);
        return length > 70 ? [`${placeOf(file, node)} is a function of ${length} lines`] : [];
      }),
    ),
  broken: {
    "server/billing/a.ts": `export function a() {${"\n".repeat(70)}}`,
    "components/b.tsx": `export const b = () => {${"\n".repeat(70)}};`,
    "server/billing/c.test.ts": `function c() {${"\n".repeat(70)}}`,
  },
  kept: {
    "server/billing/a.ts": `export function a() {${"\n".repeat(69)}}`,
    "components/b.tsx": `export function Board() {${"\n".repeat(120)}}`,
    "server/billing/c.test.ts": `describe("c", () => {${"\n".repeat(120)}});`,
  },
};

type AnyFunction =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.ConstructorDeclaration
  | ts.AccessorDeclaration;

function isFunction(node: ts.Node): node is AnyFunction {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isConstructorDeclaration(node) ||
    ts.isAccessor(node)
  );
}

/** A suite is as long as its tests, and a component as its markup; their files are limited. */
function mayBeLong(file: RepositoryFile, node: AnyFunction): boolean {
  if (file.isTest) return ts.isCallExpression(node.parent);
  const name =
    node.name?.getText() ??
    (ts.isVariableDeclaration(node.parent) ? node.parent.name.getText() : "");
  return file.path.endsWith(".tsx") && /^[A-Z]/.test(name);
}

function linesOf(file: RepositoryFile, node: ts.Node): number {
  const lineAt = (position: number) => file.tree().getLineAndCharacterOfPosition(position).line;
  return lineAt(node.getEnd()) - lineAt(node.getStart()) + 1;
}

const largestFolder = 24;

/** A folder stays short enough to be read as a table of contents. */
export const folderSize: Law = {
  title: `folders hold at most ${largestFolder} files, tests aside`,
  check: (repository) => {
    const counts = new Map<string, number>();
    for (const file of repository.files(sourceFiles)) {
      if (/\.(test|spec)\.tsx?$/.test(file.path) || !file.path.includes("/")) continue;
      const folder = file.path.replace(/\/[^/]+$/, "");
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    return [...counts]
      .filter(([, count]) => count > largestFolder)
      .map(([folder, count]) => `${folder} holds ${count} files`);
  },
  broken: Object.fromEntries(
    Array.from({ length: 25 }, (_, index) => [`server/crowd/file-${index}.ts`, ""]),
  ),
  kept: Object.fromEntries(
    Array.from({ length: 48 }, (_, index) => [
      `server/crowd/file-${index}${index < 24 ? ".ts" : ".test.ts"}`,
      "",
    ]),
  ),
};

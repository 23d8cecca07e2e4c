import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** One file of ours, with its syntax tree on demand. */
export interface RepositoryFile {
  /** Below the repository's folder, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  readonly isTest: boolean;
  tree(): ts.SourceFile;
}

/** The files that a law looks at: the repository's, or a few made up to break it. */
export interface Repository {
  /** Every file whose path matches, in a fixed order. */
  files(pattern: RegExp): readonly RepositoryFile[];
}

const folders = ["app", "components", "server", "scripts", "e2e", "prisma", "docs"];
const foreign = /(^|\/)(node_modules|generated|fixtures|\.next|dist)(\/|$)/;
const readable = /\.(tsx?|mjs|cjs|prisma|md|css|json)$|^\.env\.example$/;

/** The repository as it is on disk, without generated and recorded files. */
export function repositoryOnDisk(root: string): Repository {
  const top = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
  const paths = [...top, ...folders.flatMap((folder) => pathsBelow(root, folder))];
  return repositoryOf(
    Object.fromEntries(
      paths
        .filter((path) => readable.test(path) && path !== "package-lock.json")
        .map((path) => [path, readFileSync(join(root, path), "utf8")]),
    ),
  );
}

/** A repository of the given texts, to show a law failing. */
export function repositoryOf(texts: Readonly<Record<string, string>>): Repository {
  const files = Object.entries(texts).map(([path, text]) => fileOf(path, text));
  return { files: (pattern) => files.filter((file) => pattern.test(file.path)) };
}

function fileOf(path: string, text: string): RepositoryFile {
  let tree: ts.SourceFile | undefined;
  return {
    path,
    text,
    lines: text.replace(/\n$/, "").split("\n"),
    isTest: /\.test\.tsx?$|\.spec\.ts$|^server\/testing\//.test(path),
    tree: () => {
      tree ??= ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
      return tree;
    },
  };
}

function pathsBelow(root: string, folder: string): string[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (foreign.test(path)) return [];
      return entry.isDirectory() ? pathsBelow(root, path) : [path];
    });
  } catch {
    return [];
  }
}

/** Every node of a file, parents before children. */
export function* nodesOf(file: RepositoryFile): Generator<ts.Node> {
  const waiting: ts.Node[] = [file.tree()];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node;
    const children: ts.Node[] = [];
    node.forEachChild((child) => {
      children.push(child);
    });
    waiting.push(...children.reverse());
  }
}

/** Where a node stands, such as `server/core/money.ts:12`. */
export function placeOf(file: RepositoryFile, node: ts.Node): string {
  const { line } = file.tree().getLineAndCharacterOfPosition(node.getStart());
  return `${file.path}:${line + 1}`;
}

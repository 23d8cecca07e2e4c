import ts from "typescript";
import type { Law } from "./law";
import { nodesOf, placeOf, type RepositoryFile } from "./repository";

const sourceFiles = /^(app|components|server|scripts|e2e)\/.*\.(tsx?|mjs)$|^[^/]+\.(ts|mjs|cjs)$/;

const emptyWords = new Set([
  ...["util", "utils", "helper", "helpers", "common", "misc", "manager", "cus"],
]);

/** What is wrong with a name that we declare, or undefined. */
function objection(name: string, file: RepositoryFile): string | undefined {
  const words = name.split(/[-_]|(?<=[a-z0-9])(?=[A-Z])/).map((word) => word.toLowerCase());
  const empty = words.find((word) => emptyWords.has(word));
  if (empty !== undefined) return `the word "${empty}" says nothing`;
  if (/^(data|info)$/i.test(name)) return "it could name anything";
  if (/(^|[a-z0-9-])[Vv][2-9]$/.test(name)) return "a second version replaces the first";
  if (/^(New|Old)[A-Z]|[a-z0-9](New|Old)$/.test(name)) return "what is new today is old tomorrow";
  if (/^process([A-Z-]|$)/.test(name)) return '"process" hides what happens';
  if (/^handle[A-Z-]/.test(name) && !file.path.endsWith(".tsx")) {
    return '"handle" hides what happens';
  }
  return undefined;
}

/** Names that we declare say what the thing is; those of libraries and of the wire are not ours. */
export const bannedNames: Law = {
  title: "no declared name is empty of meaning (utils, data, info, handleX, V2, …)",
  check: (repository) =>
    repository.files(sourceFiles).flatMap((file) => {
      const stem = file.path.replace(/^.*\//, "").replace(/\..*$/, "");
      const folder = file.path
        .split("/")
        .slice(0, -1)
        .find((part) => objection(part, file));
      const fileName = objection(stem, file);
      return [
        ...(folder === undefined ? [] : [`${file.path} is in a folder named ${folder}`]),
        ...(fileName === undefined ? [] : [`${file.path} is badly named: ${fileName}`]),
        ...[...nodesOf(file)].flatMap((node) => {
          const name = declaredName(node);
          const reason = name && objection(name, file);
          return reason ? [`${placeOf(file, node)} declares ${name}: ${reason}`] : [];
        }),
      ];
    }),
  broken: {
    "server/billing/utils.ts": "",
    "server/helpers/rate.ts": "",
    "server/billing/a.ts": "const data = load();",
    "server/billing/b.ts": "export function processInvoice() {}",
    "server/billing/c.ts": "export function handleEvent() {}",
    "server/billing/d.ts": "export class PlanManager {}",
    "server/billing/e.ts": "export const rateV2 = 1;",
    "server/billing/f.ts": "interface OldPlan {}",
    "server/billing/g.ts": "function f(info: string) {}",
    "server/billing/h.ts": "const cusProducts = 1;",
  },
  kept: {
    "components/query.tsx":
      "const { data } = useQuery(); function Row() { const handleClick = () => {}; }",
    "server/api/http.ts": "export function handle(request: Request) {}",
    "server/core/id.ts": "export const newId = 1; const database = 2; const informed = 3;",
    "server/billing/present.ts": "const wire = { data: 1, info: 2 };",
  },
};

/** The name that a node declares. A name taken over from a library by destructuring is not ours. */
function declaredName(node: ts.Node): string | undefined {
  const declares =
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    (ts.isBindingElement(node) && node.propertyName !== undefined);
  if (!declares || node.name === undefined || !ts.isIdentifier(node.name)) return undefined;
  return node.name.text;
}

const kebab = (name: string) => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "-").toLowerCase();

/** An operation is found by its file's name, and a file holds one. */
export const operationFiles: Law = {
  title: "an operation's file exports that operation alone and is named after it",
  check: (repository) =>
    repository.files(/^server\/[^/]+\/operations\/[^/]+\.ts$/).flatMap((file) => {
      if (file.isTest) return [];
      const names = exportedNames(file).filter((name) => /^[a-z]/.test(name));
      const expected = file.path.replace(/^.*\//, "").replace(/\.ts$/, "");
      if (names.length === 1 && kebab(names[0] ?? "") === expected) return [];
      return [`${file.path} exports ${names.join(", ") || "nothing"}`];
    }),
  broken: {
    "server/balances/operations/check.ts": "export const track = operation({}, run);",
    "server/balances/operations/two.ts": "export const two = 1; export const three = 2;",
    "server/balances/operations/none.ts": "const none = 1;",
  },
  kept: {
    "server/balances/operations/batch-track.ts":
      "export const batchTrack = operation({}, run); export type BatchTrackInput = 1;",
  },
};

/** Values that a file exports. */
function exportedNames(file: RepositoryFile): readonly string[] {
  return file
    .tree()
    .statements.filter(
      (statement) =>
        ts.canHaveModifiers(statement) &&
        ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword),
    )
    .flatMap((statement) => {
      if (ts.isVariableStatement(statement)) {
        return statement.declarationList.declarations.map(({ name }) => name.getText());
      }
      return ts.isFunctionDeclaration(statement) && statement.name ? [statement.name.text] : [];
    });
}

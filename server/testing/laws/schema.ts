import ts from "typescript";
import { nodesOf, type Repository, type RepositoryFile } from "./repository";

/** A table as its `.prisma` file declares it. */
export interface Table {
  readonly name: string;
  /** The property of the Prisma client that reaches it. */
  readonly accessor: string;
  /** The module whose file declares it. */
  readonly owner: string;
  /** Whether its rows belong to a tenant. */
  readonly isTenants: boolean;
}

/** The tables of the schema, by their names in SQL. */
export function tablesOf(repository: Repository): readonly Table[] {
  return repository.files(/^prisma\/schema\/[^/]+\.prisma$/).flatMap((file) => {
    const owner = file.path.replace(/^.*\/|\.prisma$/g, "");
    return [...file.text.matchAll(/^model (\w+) \{([\s\S]*?)^\}/gm)].map(
      ([, model = "", body = ""]) => ({
        name: /@@map\("(\w+)"\)/.exec(body)?.[1] ?? model,
        accessor: model.charAt(0).toLowerCase() + model.slice(1),
        owner,
        // An environment is itself a tenant: its own id is the column.
        isTenants: model !== "Environment" && /^\s*(envId|customerId|orgId)\s/m.test(body),
      }),
    );
  });
}

/** A piece of SQL in the code; what is put into it stands as `$`. */
export interface SqlText {
  readonly node: ts.Node;
  readonly text: string;
}

/** The string and template literals of a file that hold SQL. */
export function sqlTextsOf(file: RepositoryFile): readonly SqlText[] {
  return [...nodesOf(file)].flatMap((node) => {
    const text = literalText(node);
    return text !== undefined && /\b(SELECT|INSERT|UPDATE|DELETE|TRUNCATE|MERGE|FROM)\b/.test(text)
      ? [{ node, text: text.replace(/--.*$/gm, "") }]
      : [];
  });
}

function literalText(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map((span) => `$${span.literal.text}`).join("");
}

/** A call of the Prisma client on one table. */
export interface PrismaCall {
  readonly node: ts.CallExpression;
  readonly table: Table;
  readonly method: string;
}

/** The calls of the Prisma client in a file. */
export function prismaCallsOf(
  file: RepositoryFile,
  tables: readonly Table[],
): readonly PrismaCall[] {
  return [...nodesOf(file)].flatMap((node) => {
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
    const { name: method, expression: target } = node.expression;
    if (!ts.isPropertyAccessExpression(target) || !/prisma/i.test(target.expression.getText())) {
      return [];
    }
    const table = tables.find(({ accessor }) => accessor === target.name.text);
    return table === undefined ? [] : [{ node, table, method: method.text }];
  });
}

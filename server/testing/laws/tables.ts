import type { Law } from "./law";
import { placeOf, type Repository, type RepositoryFile } from "./repository";
import { prismaCallsOf, sqlTextsOf, type Table, tablesOf } from "./schema";

const serverFiles = /^server\/.*\.ts$/;
const sqlWrite =
  /(?<!\b(?:FOR|DO|KEY|ON|OR|BEFORE|AFTER)\s+)\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?|MERGE\s+INTO)\s+(?:ONLY\s+)?"?(\w+)"?/gi;
const prismaWrite = /^(create|update|upsert|delete)/;

const exampleSchema = {
  "prisma/schema/balances.prisma":
    'model Grant {\n  envId Int @map("env_id")\n  @@map("grants")\n}\nmodel Rate {\n  id Int\n  @@map("rate")\n}\n',
};

/** The one file of a module that may write; platform keeps a file for each of its tables. */
function mayWrite(file: RepositoryFile, table: Table): boolean {
  return table.owner === "platform"
    ? /^server\/platform\/[^/]+\.ts$/.test(file.path)
    : file.path === `server/${table.owner}/rows.ts`;
}

/** Whoever looks for what changes a table has one file to read. */
export const ownedWrites: Law = {
  title: "only rows.ts of the module whose .prisma file declares a table writes it",
  check: (repository) => {
    const tables = tablesOf(repository);
    const byName = new Map(tables.map((table) => [table.name, table]));
    return repository.files(serverFiles).flatMap((file) => {
      if (file.isTest) return [];
      const inSql = sqlTextsOf(file).flatMap(({ node, text }) =>
        [...text.matchAll(sqlWrite)].flatMap(([, name = ""]) => {
          const table = byName.get(name.toLowerCase());
          return table === undefined ? [] : [{ node, table }];
        }),
      );
      const inPrisma = prismaCallsOf(file, tables).filter(({ method }) => prismaWrite.test(method));
      return [...inSql, ...inPrisma]
        .filter(({ table }) => !mayWrite(file, table))
        .map(({ node, table }) => `${placeOf(file, node)} writes ${table.name} of ${table.owner}`);
    });
  },
  broken: {
    ...exampleSchema,
    "server/billing/rows.ts": "const q = sql`UPDATE grants SET balance = $1 WHERE env_id = 1`;",
    "server/balances/reset.ts": "const q = sql`WITH x AS (SELECT 1) INSERT INTO grants SELECT 1`;",
    "server/jobs/a.ts": 'const q = "DELETE FROM grants";',
    "server/customers/b.ts": "await ctx.db.prisma.grant.updateMany({ where: { envId } });",
  },
  kept: {
    ...exampleSchema,
    "server/balances/rows.ts": "const q = sql`INSERT INTO grants (env_id) VALUES (1)`;",
    "server/billing/a.ts": "const q = sql`SELECT 1 FROM grants WHERE env_id = 1 FOR UPDATE`;",
    "server/billing/b.ts": "await db.prisma.grant.findMany({ where: { envId } });",
    "server/billing/c.integration.test.ts": "const q = sql`UPDATE grants SET balance = 1`;",
  },
};

/**
 * The few queries that are right to ask all tenants, each with its reason. An entry that is no
 * longer needed breaks the law too.
 */
const acrossTenants: Readonly<Record<string, string>> = {
  "server/auth/may-enter.ts invitation":
    "who signs in for the first time is in no organization yet",
  "server/tenancy/first-run.ts member": "the question is whether anybody owns the installation",
  "server/tenancy/rows.ts api_key": "one statement notes the use of many tenants' keys",
  "server/tenancy/rows.ts invitation": "whoever accepts proved the invitation's own secret",
};

/** A query that forgets the tenant is a leak, so each names the column that keeps tenants apart. */
export const tenantColumn: Law = {
  title: "each query on a tenant's table names env_id, customer_id or org_id",
  check: (repository) => {
    const tables = tablesOf(repository).filter((table) => table.isTenants);
    const names = tables.map((table) => table.name).join("|");
    const mentions = new RegExp(
      `\\b(?:FROM|JOIN|UPDATE|INTO)\\s+(?:ONLY\\s+)?"?(${names})"?\\b`,
      "i",
    );
    const unscoped = repository.files(serverFiles).flatMap((file) => {
      if (file.isTest) return [];
      const inSql = sqlTextsOf(file).flatMap(({ node, text }) => {
        const table = mentions.exec(text)?.[1];
        const isScoped = /\b(env_id|customer_id|org_id)\b/.test(text);
        return table === undefined || isScoped ? [] : [{ node, table }];
      });
      const inPrisma = prismaCallsOf(file, tables)
        .filter(({ node }) => !/\b(envId|customerId|orgId)/.test(node.getText()))
        .map(({ node, table }) => ({ node, table: table.name }));
      return [...inSql, ...inPrisma].map(({ node, table }) => ({
        exception: `${file.path} ${table}`,
        sentence: `${placeOf(file, node)} asks ${table} without naming a tenant`,
      }));
    });
    const needed = new Set(unscoped.map(({ exception }) => exception));
    const left = Object.keys(acrossTenants)
      .filter((exception) => !needed.has(exception) && hasFile(repository, exception))
      .map((exception) => `${exception} no longer needs its exception`);
    const wrong = unscoped.filter(({ exception }) => !(exception in acrossTenants));
    return [...wrong.map(({ sentence }) => sentence), ...left];
  },
  broken: {
    ...exampleSchema,
    "server/balances/a.ts": "const q = sql`SELECT * FROM grants WHERE id = $1`;",
    "server/balances/b.ts": "await ctx.db.prisma.grant.findFirst({ where: { id } });",
    "server/auth/may-enter.ts": "const exception = 'asks no table any more';",
    "server/balances/rows.ts": "const q = sql`UPDATE grants SET balance = 1 WHERE id = $1`;",
  },
  kept: {
    ...exampleSchema,
    "server/balances/a.ts": "const q = sql`SELECT * FROM grants WHERE customer_id = $1`;",
    "server/balances/b.ts": "await ctx.db.prisma.grant.findFirst({ where: { envId, id } });",
    "server/balances/c.ts": "const q = sql`SELECT * FROM rate WHERE id = $1`;",
  },
};

function hasFile(repository: Repository, exception: string): boolean {
  const [path] = exception.split(" ");
  return repository.files(serverFiles).some((file) => file.path === path);
}

// Imports go one way: app → api, trpc, auth → operation tree → operations → module roots → platform
// → core. Each rule is shown failing in scripts/checks/boundaries.test.ts.

const test = "\\.test\\.tsx?$|^server/testing/";

/** The modules in the order in which they may know each other: each knows those before it. */
const modules = ["catalog", "customers", "entities", "events", "balances", "billing", "rewards"];
const everyModule = `(${[...modules, "tenancy", "auth", "payments", "webhooks"].join("|")})`;

/** Core is one library: its folders are chapters, not private parts. */
const coreChapters = "^server/core/balances/";

/** @param {string} name @param {string} comment @param {object} from @param {object} to */
const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

const rootsOneWay = modules
  .slice(0, -1)
  .map((module, position) =>
    forbid(
      "roots-one-way",
      `${module} may know only the modules before it, so that none is tangled with one it serves.`,
      { path: `^server/${module}/[^/]+$`, pathNot: test },
      { path: `^server/(${modules.slice(position + 1).join("|")})/` },
    ),
  );

module.exports = {
  forbidden: [
    forbid(
      "core-is-pure",
      "The pricing engine computes values from values: no database, framework, environment or clock.",
      { path: "^server/core/", pathNot: test },
      { pathNot: ["^server/core/", "^node_modules/decimal\\.js/", "^decimal\\.js$"] },
    ),
    forbid(
      "rows-are-lowest",
      "Row access stands on core and platform (and its own module's lowest files), so that any step may use it.",
      { path: "^server/([^/]+)/rows\\.ts$" },
      {
        path: "^server/",
        pathNot: ["^server/(core|platform)/", "^server/$1/"],
      },
    ),
    forbid(
      "present-is-pure",
      "Presenting translates what it is given; it reads nothing.",
      { path: "^server/[^/]+/present\\.ts$" },
      {
        path: [
          "^server/platform/(db|sql|transaction|env|clock|log|idempotency)\\.ts$",
          "/rows\\.ts$",
          "^generated/",
          "^node_modules/(pg|next|@prisma)(/|$)",
          "^(node:)?(fs|net|http|https|child_process)(/|$)",
        ],
        dependencyTypesNot: ["type-only"],
      },
    ),
    forbid(
      "operations-only-in-tree",
      "An operation is reached through the tree, which gives it its name, and by tests.",
      { pathNot: [test, "^server/api/operations\\.ts$"] },
      { path: "^server/[^/]+/operations/" },
    ),
    ...rootsOneWay,
    forbid(
      "layers-one-way",
      "Platform knows no pricing noun, and no module knows the transports above it.",
      { path: "^server/(core|platform)/", pathNot: test },
      { path: "^(server/(?!core/|platform/)|app/|components/)" },
    ),
    forbid(
      "layers-one-way",
      "Modules are called by the transports, the jobs and the pages, never the other way round.",
      { path: `^server/${everyModule}/`, pathNot: test },
      { path: "^(server/(api|trpc|jobs)/|server/main\\.ts$|app/|components/)" },
    ),
    forbid(
      "nobody-uses-webhooks",
      "Modules write to the outbox; webhooks deliver from it.",
      { path: `^server/${everyModule}/`, pathNot: [test, "^server/webhooks/"] },
      { path: "^server/webhooks/" },
    ),
    forbid(
      "private-subfolders",
      "A module's face is the files at its root; its other folders are its own.",
      { path: "^server/([^/]+)/", pathNot: test },
      {
        path: "^server/[^/]+/[^/]+/",
        pathNot: ["^server/$1/", "^server/[^/]+/operations/", coreChapters],
      },
    ),
    forbid(
      "private-subfolders",
      "Pages and components use the face of a module too.",
      { pathNot: ["^server/", test] },
      { path: "^server/[^/]+/[^/]+/", pathNot: ["^server/[^/]+/operations/", coreChapters] },
    ),
    forbid(
      "stripe-only-in-adapter",
      "The payment provider's library stays behind the port.",
      { pathNot: "^server/payments/stripe/" },
      { path: "^(node_modules/)?(stripe|@stripe)(/|$)" },
    ),
    forbid(
      "prisma-only-in-server-modules",
      "Pages and components see what operations present, not rows.",
      { path: "^(app|components)/|^server/(core|api|trpc)/", pathNot: test },
      { path: ["^generated/", "^(node_modules/)?(@prisma|pg)(/|$)"] },
    ),
    forbid(
      "client-never-imports-server",
      "What runs in a browser may use the pure core and the types of the procedures.",
      { path: "^components/", pathNot: test },
      {
        path: ["^server/(?!core/)", "^generated/"],
        dependencyTypesNot: ["type-only"],
      },
    ),
    forbid(
      "no-circular",
      "A cycle has no lowest part to understand first.",
      {},
      {
        circular: true,
        viaOnly: { dependencyTypesNot: ["type-only"] },
      },
    ),
    forbid(
      "no-orphans",
      "A file that nothing imports and that imports nothing is left over.",
      {
        orphan: true,
        pathNot: [
          "\\.d\\.ts$",
          "^(app/|e2e/).*(page|layout|route|loading|error|not-found|spec)\\.tsx?$",
          "^app/(globals\\.css|manifest\\.ts|robots\\.ts)$",
          "^scripts/[^/]+\\.mjs$",
          "^scripts/checks/knip-reporter\\.mjs$",
        ],
      },
      {},
    ),
  ],
  options: {
    doNotFollow: { path: "^(node_modules|generated)/" },
    exclude: { path: "^(\\.next|dist)/|/fixtures/" },
    tsPreCompilationDeps: "specify",
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      mainFields: ["module", "main", "types"],
    },
    moduleSystems: ["es6", "cjs"],
  },
};

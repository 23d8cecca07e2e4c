/** What the snippets name: this environment's own ids, or what it would be once there is one. */
export interface SnippetNames {
  readonly serverUrl: string;
  readonly customerId: string;
  readonly featureId: string;
}

export const stacks = [
  { value: "autumn-js", label: "autumn-js" },
  { value: "curl", label: "curl" },
] as const;

export type Stack = (typeof stacks)[number]["value"];

/** A piece of code with what stands above it. */
interface Snippet {
  readonly title: string;
  readonly code: string;
}

/** The four pieces in the order in which they are needed. */
interface Snippets {
  readonly connect: readonly Snippet[];
  readonly customer: Snippet;
  readonly track: Snippet;
  readonly check: Snippet;
}

/** The same four steps in the chosen way of calling the API. */
export function snippetsFor(stack: Stack, names: SnippetNames): Snippets {
  return stack === "curl" ? inCurl(names) : inAutumnJs(names);
}

function inAutumnJs({ serverUrl, customerId, featureId }: SnippetNames): Snippets {
  const usage = `{\n  customerId: ${quoted(customerId)},\n  featureId: ${quoted(featureId)},`;
  return {
    connect: [
      { title: "Terminal", code: "npm install autumn-js" },
      {
        title: "windfall.ts",
        code: [
          'import { Autumn } from "autumn-js";',
          "",
          "const autumn = new Autumn({",
          "  secretKey: process.env.WINDFALL_SECRET_KEY,",
          `  serverURL: ${quoted(serverUrl)},`,
          "});",
        ].join("\n"),
      },
    ],
    customer: {
      title: "When somebody signs up",
      code: [
        "await autumn.customers.getOrCreate({",
        `  customerId: ${quoted(customerId)},`,
        '  name: "Ana Lima",',
        '  email: "ana@example.com",',
        "});",
      ].join("\n"),
    },
    track: {
      title: "After it was used",
      code: `await autumn.track(${usage}\n  value: 1,\n});`,
    },
    check: {
      title: "Before you serve",
      code: `const { allowed, balance } = await autumn.check(${usage}\n});`,
    },
  };
}

function inCurl({ serverUrl, customerId, featureId }: SnippetNames): Snippets {
  const call = (operation: string, body: Record<string, unknown>) =>
    [
      `curl ${serverUrl}/v1/${operation} \\`,
      '  -H "Authorization: Bearer $WINDFALL_SECRET_KEY" \\',
      '  -H "Content-Type: application/json" \\',
      `  -d ${shellQuoted(JSON.stringify(body))}`,
    ].join("\n");
  const usage = { customer_id: customerId, feature_id: featureId };
  return {
    connect: [{ title: "Terminal", code: 'export WINDFALL_SECRET_KEY="am_sk_…"' }],
    customer: {
      title: "When somebody signs up",
      code: call("customers.get_or_create", {
        customer_id: customerId,
        name: "Ana Lima",
        email: "ana@example.com",
      }),
    },
    track: {
      title: "After it was used",
      code: call("balances.track", { ...usage, value: 1 }),
    },
    check: { title: "Before you serve", code: call("balances.check", usage) },
  };
}

/** As one word of a shell, whatever an id holds. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

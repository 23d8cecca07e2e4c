import { z } from "zod";
import packageJson from "../../package.json";

/** Raised when a variable is missing or wrong. The message names each and says how to mend it. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
}

const url = (protocols: RegExp, sentence: string) =>
  z.url({ protocol: protocols, error: sentence });

const secret = (name: string, length: number) =>
  z
    .string()
    .min(
      length,
      `${name} is shorter than ${length} characters. Make one with: openssl rand -base64 32`,
    );

/**
 * Every variable that the product reads. `.env.example` explains each; a test keeps the two in step.
 * An empty value counts as absent, as container tools pass it for an unset variable.
 */
const schema = z.object({
  DATABASE_URL: url(
    /^postgres(ql)?$/,
    "DATABASE_URL is not the address of a Postgres database. " +
      "Write it as postgresql://user:password@host:5432/database, or leave it out and `npm start` brings its own Postgres.",
  ),
  PORT: z.coerce
    .number("PORT is not a number. Set it to a port between 1 and 65535, such as 3000.")
    .int("PORT is not a whole number. Set it to a port between 1 and 65535, such as 3000.")
    .min(1, "PORT is below 1. Set it to a port between 1 and 65535, such as 3000.")
    .max(65535, "PORT is above 65535. Set it to a port between 1 and 65535, such as 3000.")
    .default(3000),
  HOST: z
    .string()
    .regex(
      /^[\w.:-]+$/,
      "HOST is not an address. Set it to 127.0.0.1 for this machine only, or 0.0.0.0 for all networks.",
    )
    .default("127.0.0.1"),
  WINDFALL_URL: url(
    /^https?$/,
    "WINDFALL_URL is not a web address. Set it to where browsers reach Windfall, such as https://billing.example.com.",
  ).optional(),
  NEXTAUTH_URL: url(
    /^https?$/,
    "NEXTAUTH_URL is not a web address. Leave it out and set WINDFALL_URL, such as https://billing.example.com.",
  ).optional(),
  NEXTAUTH_SECRET: secret("NEXTAUTH_SECRET", 32),
  WINDFALL_DATA_DIR: z.string().default(".windfall"),
  WINDFALL_BOOTSTRAP_SECRET_KEY: z
    .string()
    .regex(
      /^am_sk_test_[A-Za-z0-9_-]{8,200}$/,
      "WINDFALL_BOOTSTRAP_SECRET_KEY is not a sandbox key. Write am_sk_test_ and at least 8 letters, digits, - or _.",
    )
    .optional(),
  WINDFALL_BOOTSTRAP_OWNER_EMAIL: z
    .email(
      "WINDFALL_BOOTSTRAP_OWNER_EMAIL is not an e-mail address. Set it to one, such as owner@example.com.",
    )
    .optional(),
  WINDFALL_BOOTSTRAP_OWNER_PASSWORD: z
    .string()
    .min(
      8,
      "WINDFALL_BOOTSTRAP_OWNER_PASSWORD is shorter than 8 characters. Choose a longer password.",
    )
    .optional(),
  WINDFALL_SETUP_TOKEN: secret("WINDFALL_SETUP_TOKEN", 16).optional(),
  SMTP_URL: url(
    /^smtps?$/,
    "SMTP_URL is not the address of a mail server. Write it as smtp://user:password@host:587 or smtps://….",
  ).optional(),
  EMAIL_FROM: z
    .string()
    .regex(
      /@/,
      "EMAIL_FROM holds no e-mail address. Set it to a sender such as Windfall <billing@example.com>.",
    )
    .optional(),
  GITHUB_ID: z.string().optional(),
  GITHUB_SECRET: z.string().optional(),
  GOOGLE_ID: z.string().optional(),
  GOOGLE_SECRET: z.string().optional(),
  METRICS_TOKEN: secret("METRICS_TOKEN", 16).optional(),
  CRON_SECRET: secret("CRON_SECRET", 16).optional(),
  LOG_LEVEL: z
    .enum(
      ["trace", "debug", "info", "warn", "error", "fatal", "silent"],
      "LOG_LEVEL is not a level. Set it to trace, debug, info, warn, error, fatal or silent.",
    )
    .default("info"),
  RATE_LIMITS: z
    .enum(["on", "off"], "RATE_LIMITS is neither on nor off. Leave it out for on.")
    .default("on"),
});

/** Variables that mean something only together. */
const pairs = [
  ["WINDFALL_BOOTSTRAP_OWNER_EMAIL", "WINDFALL_BOOTSTRAP_OWNER_PASSWORD"],
  ["SMTP_URL", "EMAIL_FROM"],
  ["GITHUB_ID", "GITHUB_SECRET"],
  ["GOOGLE_ID", "GOOGLE_SECRET"],
] as const satisfies readonly (readonly [EnvName, EnvName])[];

const absenceSentences: Partial<Record<EnvName, string>> = {
  DATABASE_URL:
    "DATABASE_URL is missing. Start with `npm start`, which brings a Postgres, or set it to postgresql://user:password@host:5432/database.",
  NEXTAUTH_SECRET:
    "NEXTAUTH_SECRET is missing. Start with `npm start`, which makes one, or make one with: openssl rand -base64 32",
};

/** The name of a variable that Windfall reads. */
export type EnvName = keyof typeof schema.shape;

/** The validated variables, and the version of this build. */
export type Env = z.infer<typeof schema> & { readonly WINDFALL_VERSION: string };

/** Every name that Windfall reads, for the check against `.env.example`. */
export const envNames = Object.keys(schema.shape) as readonly EnvName[];

/**
 * Validates a set of variables.
 *
 * @throws EnvironmentError with one sentence for each variable that is wrong
 */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const given = Object.fromEntries(
    envNames.flatMap((name) => {
      const value = source[name]?.trim();
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );
  const parsed = schema.safeParse(given);
  const wrong = parsed.success ? [] : parsed.error.issues.map((issue) => sentenceOf(issue, given));
  const halves = pairs.flatMap(([left, right]) => {
    if (left in given === right in given) return [];
    const [set, missing] = left in given ? [left, right] : [right, left];
    return [`${set} is set without ${missing}. Set both or neither.`];
  });
  if (!parsed.success || halves.length > 0) {
    throw new EnvironmentError([...wrong, ...halves].join("\n"));
  }
  return { ...parsed.data, WINDFALL_VERSION: packageJson.version };
}

function sentenceOf(issue: z.core.$ZodIssue, given: Record<string, unknown>): string {
  const name = String(issue.path[0]) as EnvName;
  if (name in given) return issue.message;
  return absenceSentences[name] ?? `${name} is missing.`;
}

// A build loads every module but may not need a database or a secret.
const buildTimeValues = {
  DATABASE_URL: "postgresql://the-build-has-no-database.invalid/none",
  NEXTAUTH_SECRET: "the build signs nothing, so this value is never used",
};

/** An empty variable is as absent as one that is not there. */
function absentAtBuild(): Partial<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(buildTimeValues).filter(([name]) => (process.env[name] ?? "").trim() === ""),
  );
}

let parsedEnv: Env | undefined;
let overrides: Partial<Record<EnvName, string>> = {};

/** The validated variables of this process, read once. */
export function env(): Env {
  parsedEnv ??= parseEnv({
    ...process.env,
    ...(process.env.NEXT_PHASE === "phase-production-build" && absentAtBuild()),
    ...overrides,
  });
  return parsedEnv;
}

/** Whether the framework's development server runs this code, which is compiled with `eval`. */
export function isDevelopment(): boolean {
  return process.env.NODE_ENV === "development";
}

/** Lays values over the process's own, for a test whose database exists only since a moment. */
export function overrideEnv(values: Partial<Record<EnvName, string>>): void {
  overrides = { ...overrides, ...values };
  parsedEnv = undefined;
}

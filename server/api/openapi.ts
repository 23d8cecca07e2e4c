import { z } from "zod";
import { env } from "../platform/env";
import type { AnyOperation } from "../platform/operation";
import { ErrorBody } from "./errors";
import { allOperations } from "./operations";

type Json = Record<string, unknown>;

const SHARED_ERRORS: Readonly<Record<string, string>> = {
  400: "Invalid input: `invalid_inputs`, `not_supported`, `invalid_api_version`.",
  401: "No key, or one that is unknown or revoked.",
  403: "The key lacks the scope: `insufficient_scopes`.",
  404: "Something named in the request does not exist.",
  409: "Conflict, for example `duplicate_idempotency_key`.",
  413: "The body exceeds 1 MB, or 10 MB where a list of uses is taken.",
  429: "Rate limit exceeded; `Retry-After` says when to retry.",
  503: "The database cannot be reached; retry after `Retry-After` seconds.",
};

let cached: Json | null = null;

/** The OpenAPI 3.1 document of the tree, made once per process. */
export function openApiDocument(): Json {
  cached ??= buildDocument();
  return cached;
}

function buildDocument(): Json {
  const paths: Json = {};
  for (const [name, operation] of allOperations()) {
    paths[`/v1/${name}`] = { post: describe(name, operation) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Windfall API",
      version: env().WINDFALL_VERSION,
      description:
        "Check access, track usage and manage plans, customers and balances. All operations are `POST /v1/<noun>.<verb>` with a JSON body. Times are Unix milliseconds, money is in major units, quantities are feature units.",
    },
    servers: [{ url: "/" }],
    security: [{ secretKey: [] }],
    tags: [...new Set(allOperations().map(([name]) => nounOf(name)))].map((noun) => ({
      name: noun,
    })),
    paths,
    components: {
      securitySchemes: {
        secretKey: {
          type: "http",
          scheme: "bearer",
          description: "A secret key, `am_sk_test_…` or `am_sk_live_…`.",
        },
      },
      schemas: { Error: jsonSchema(ErrorBody, "output") },
    },
  };
}

function describe(name: string, { spec }: AnyOperation): Json {
  const notes = [
    spec.description,
    `Needs the scope \`${spec.scope}\`${spec.commandScope ? `, and \`${spec.commandScope}\` when it changes something` : ""}.`,
    spec.publishable ? "A publishable key may call it as long as nothing is spent." : undefined,
    spec.errors?.length
      ? `Errors: ${spec.errors.map((code) => `\`${code}\``).join(", ")}.`
      : undefined,
  ];
  return {
    operationId: name,
    tags: [nounOf(name)],
    summary: spec.summary,
    description: notes.filter(Boolean).join("\n\n"),
    parameters: [
      headerParameter(
        "Idempotency-Key",
        "Repeats of a command with the same key and body are answered once.",
      ),
      headerParameter("x-api-version", "2.1 or newer; absent means latest."),
    ],
    requestBody: {
      required: false,
      content: {
        "application/json": { schema: jsonSchema(spec.input, "input"), example: spec.example },
      },
    },
    responses: {
      [spec.successStatus ?? 200]: {
        description: "OK",
        content: { "application/json": { schema: jsonSchema(spec.output, "output") } },
      },
      ...Object.fromEntries(
        Object.entries(SHARED_ERRORS).map(([status, description]) => [
          status,
          {
            description,
            content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
          },
        ]),
      ),
    },
  };
}

function headerParameter(name: string, description: string): Json {
  return { name, in: "header", required: false, description, schema: { type: "string" } };
}

function nounOf(name: string): string {
  return name.slice(0, name.indexOf("."));
}

function jsonSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}

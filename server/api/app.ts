import { Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { newId } from "../platform/id";
import { metricsResponse } from "../platform/metrics";
import { statusOf } from "./errors";
import { health } from "./health";
import { handle } from "./http";
import { openApiDocument } from "./openapi";

const BODY_LIMIT_BYTES = 1024 * 1024;

/**
 * The whole public API as one fetch-style app. `server/main.ts` mounts it in front of Next; the
 * route `app/v1/[...path]` mounts the same app where no server of ours runs.
 */
export const api = new Hono();

const limitedStream = bodyLimit({ maxSize: BODY_LIMIT_BYTES, onError: tooLarge });

/**
 * Refuses bodies that are too large. Where the length is declared the body is not looked at: the
 * mere question would make the server build a web stream for it, almost a third of what a check costs.
 */
const limited: MiddlewareHandler = (context, next) => {
  const declared = context.req.header("content-length");
  const isStreamed = context.req.header("transfer-encoding") !== undefined;
  if (declared === undefined || isStreamed) return limitedStream(context, next);
  return Number(declared) > BODY_LIMIT_BYTES ? Promise.resolve(tooLarge()) : next();
};

api.get("/healthz", async () => {
  const state = await health();
  return Response.json(state, { status: state.status === "ok" ? 200 : 503 });
});
api.get("/metrics", (context) => metricsResponse(context.req.raw));
api.get("/v1/openapi.json", () => Response.json(openApiDocument()));
// Some clients append "/v1" to a base URL that already ends in it.
api.post("/v1/v1/:operation", limited, (context) =>
  handle(context.req.raw, context.req.param("operation")),
);
api.post("/v1/:operation", limited, (context) =>
  handle(context.req.raw, context.req.param("operation")),
);
api.notFound(() =>
  plainError(
    "not_found",
    "not_found",
    "There is nothing here. The operations are listed at /docs.",
  ),
);

function tooLarge(): Response {
  return plainError("too_large", "payload_too_large", "The request body exceeds 1 MB.");
}

function plainError(kind: "not_found" | "too_large", code: string, message: string): Response {
  const requestId = `req_${newId().replaceAll("-", "")}`;
  return Response.json(
    { message, code, request_id: requestId },
    { status: statusOf(kind), headers: { "x-request-id": requestId } },
  );
}

import { Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { metricsResponse } from "../platform/metrics";
import { bodyLimitOf, plainRefusal, tooLarge } from "./body-limit";
import { health } from "./health";
import { type HttpAnswer, handle } from "./http";
import { openApiDocument } from "./openapi";

/**
 * The whole public API as one fetch-style app. `server/main.ts` mounts it in front of Next; the
 * route `app/v1/[...path]` mounts the same app where no server of ours runs.
 */
export const api = new Hono();

/**
 * Refuses bodies that are too large. Where the length is declared the body is not looked at: the
 * mere question would make the server build a web stream for it.
 */
const limited: MiddlewareHandler = (context, next) => {
  const limit = bodyLimitOf(context.req.param("operation") ?? "");
  const declared = context.req.header("content-length");
  const isStreamed = context.req.header("transfer-encoding") !== undefined;
  const refused = () => toResponse(tooLarge(limit));
  if (declared === undefined || isStreamed) {
    return bodyLimit({ maxSize: limit, onError: refused })(context, next);
  }
  return Number(declared) > limit ? Promise.resolve(refused()) : next();
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
  toResponse(
    plainRefusal(
      "not_found",
      "not_found",
      "There is nothing here. The operations are listed at /docs.",
    ),
  ),
);

function toResponse({ status, headers, body }: HttpAnswer): Response {
  return new Response(body, { status, headers });
}

import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { isSameOrigin } from "@/server/trpc/is-same-origin";
import { requestContext } from "@/server/trpc/request-context";
import { appRouter } from "@/server/trpc/root";

/** tRPC answers mutations by POST only, so a GET can change nothing. */
async function answer(request: Request): Promise<Response> {
  if (request.method === "POST" && !isSameOrigin(request)) {
    return new Response("This request did not come from a page of Windfall.\n", { status: 403 });
  }
  return fetchRequestHandler({
    endpoint: "/api/trpc",
    req: request,
    router: appRouter,
    createContext: () => requestContext(request),
  });
}

export { answer as GET, answer as POST };

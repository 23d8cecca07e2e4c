import { callErrorOf } from "@/components/trpc";

type Query = { error: unknown; isFetching: boolean; refetch: () => unknown };

/** What a table or an `ErrorPanel` tells about a failed query, with the way to try it again. */
export function queryFailure(query: Query) {
  if (!query.error) return null;
  const { message, requestId } = callErrorOf(query.error);
  return {
    message,
    requestId: requestId ?? undefined,
    onRetry: () => void query.refetch(),
    retrying: query.isFetching,
  };
}

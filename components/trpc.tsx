"use client";

import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createTRPCClient, httpBatchLink, TRPCClientError } from "@trpc/client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import { type ReactNode, useState } from "react";
import superjson from "superjson";
import type { AppRouter } from "@/server/trpc/root";

const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

export { useTRPC, useTRPCClient };

/** The organization and environment of the page, as its address names them. */
interface Place {
  readonly org: string;
  readonly env: string;
}

/** What a failed call tells the screen: a sentence, a stable word, and the id to quote. */
export interface CallError {
  readonly message: string;
  readonly reason?: string | undefined;
  readonly requestId?: string | undefined;
}

/** Reads an error of a query or mutation, whatever went wrong on the way. */
export function callErrorOf(error: unknown): CallError {
  if (error instanceof TRPCClientError && error.data) {
    const { reason, requestId } = error.data as { reason?: string; requestId?: string | null };
    return { message: error.message, reason, requestId: requestId ?? undefined };
  }
  return { message: "The server cannot be reached. Check your connection and try again." };
}

/**
 * Gives the screens below it their queries. Every call names the page's organization and
 * environment; the cache lives and dies with them, so that sandbox and live never mix.
 */
export function TrpcProvider({ place, children }: { place: Place | null; children: ReactNode }) {
  const key = place === null ? "nowhere" : `${place.org}/${place.env}`;
  return (
    <PlacedProvider key={key} place={place}>
      {children}
    </PlacedProvider>
  );
}

function PlacedProvider({ place, children }: { place: Place | null; children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  const [trpcClient] = useState(() => trpcClientFor(place));
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}

/** A client whose calls name `place`: for a page that has just made the place it calls. */
export function trpcClientFor(place: Place | null) {
  return createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: "/api/trpc",
        transformer: superjson,
        maxURLLength: 6_000,
        headers: place === null ? {} : { "x-windfall-org": place.org, "x-windfall-env": place.env },
      }),
    ],
  });
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
    mutationCache: new MutationCache({ onError: leaveWhenSignedOut }),
    defaultOptions: {
      queries: { staleTime: 5_000, retry: (failures, error) => failures < 2 && isPassing(error) },
    },
  });
}

/** A refusal stays a refusal; only what may pass by itself is tried again. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof TRPCClientError)) return true;
  const status = (error.data as { httpStatus?: number } | null)?.httpStatus;
  return status === undefined || status >= 500;
}

function leaveWhenSignedOut(error: unknown): void {
  if (callErrorOf(error).reason !== "not_signed_in") return;
  const { pathname, search } = window.location;
  window.location.assign(`/sign-in?next=${encodeURIComponent(pathname + search)}`);
}

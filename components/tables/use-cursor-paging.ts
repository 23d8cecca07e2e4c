"use client";

import { parseAsNumberLiteral, parseAsString, useQueryStates } from "nuqs";
import { useState } from "react";

export const pageSizes = [25, 50, 100] as const;

export type PageSize = (typeof pageSizes)[number];

export type CursorPaging = {
  /** Goes into the query; `null` is the first page. */
  cursor: string | null;
  limit: PageSize;
  hasPrevious: boolean;
  next: (cursor: string) => void;
  previous: () => void;
  setLimit: (limit: PageSize) => void;
  /** Back to the first page, for when a filter changes. */
  reset: () => void;
};

const parsers = {
  cursor: parseAsString,
  limit: parseAsNumberLiteral(pageSizes).withDefault(25),
};

/**
 * The page of a list, kept in the URL. A cursor only leads forward, so the way back is remembered
 * here; someone who opened a link to a later page goes back to the first one.
 */
export function useCursorPaging(): CursorPaging {
  const [{ cursor, limit }, setQuery] = useQueryStates(parsers, { history: "push" });
  const [trail, setTrail] = useState<readonly (string | null)[]>([]);

  return {
    cursor,
    limit,
    hasPrevious: cursor !== null,
    next: (following) => {
      setTrail([...trail, cursor]);
      void setQuery({ cursor: following });
    },
    previous: () => {
      setTrail(trail.slice(0, -1));
      void setQuery({ cursor: trail.at(-1) ?? null });
    },
    setLimit: (size) => {
      setTrail([]);
      void setQuery({ cursor: null, limit: size });
    },
    reset: () => {
      setTrail([]);
      void setQuery({ cursor: null });
    },
  };
}

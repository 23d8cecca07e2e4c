import { z } from "zod";
import { WindfallError } from "../core/error";

/** The cursor fields of every list: `start_cursor` is opaque, "" is the first page. */
export const pageInput = {
  start_cursor: z
    .string()
    .max(512)
    .default("")
    .describe("Opaque cursor; empty for the first page."),
  limit: z.int().min(1).max(5000).default(50).describe("Rows per page, at most 5000."),
};

/** `null` means there is no further page. */
export const nextCursorOutput = z.string().nullable();

/** Packs the sort key of the last row of a page. */
function encodeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position), "utf8").toString("base64url");
}

/**
 * Reads a cursor of ours, checked against the shape of the list's sort key.
 *
 * @throws `invalid_request/invalid_cursor`
 */
export function decodeCursor<Shape extends z.ZodType>(
  cursor: string,
  shape: Shape,
): z.output<Shape> | null {
  if (cursor === "") return null;
  try {
    return shape.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
  } catch {
    throw new WindfallError(
      "invalid_request",
      "invalid_cursor",
      "start_cursor is not one that this list returned. Pass next_cursor unchanged, or an empty string for the first page.",
    );
  }
}

/**
 * Cuts `limit + 1` fetched rows to a page: the extra row only proves that there is more.
 */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  positionOf: (row: Row) => readonly (string | number)[],
): { rows: Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    rows: page,
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(positionOf(last)) : null,
  };
}

/** The `ILIKE` pattern for "contains this text", with `%`, `_` and the escape taken as they are. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}

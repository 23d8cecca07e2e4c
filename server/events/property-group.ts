import { type Sql, sql } from "../platform/sql";

/** The value of a property by which events `e` are grouped; "" for events without it. */
export function propertyGroup(key: string): Sql {
  return sql`left(coalesce(e.properties ->> ${key}::text, ''), 256)`;
}

export { empty, join, raw, Sql, sqltag as sql } from "@prisma/client/runtime/client";

import type { Sql as Statement } from "@prisma/client/runtime/client";

/** What both the pool and a transaction can do: run one statement and give its rows. */
export interface Queryable {
  /** Runs a statement made by the `sql` tag. */
  query<Row>(statement: Statement): Promise<Row[]>;
  /** Runs a named prepared statement: for the hot path, where parsing and planning would show. */
  prepared<Row>(statement: PreparedStatement, values: readonly unknown[]): Promise<Row[]>;
  /** Like `prepared`, giving each row as the texts of its columns, which the caller reads himself. */
  texts(statement: PreparedStatement, values: readonly unknown[]): Promise<(string | null)[][]>;
}

/** `name` is unique in the process and stands for exactly this `text`. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
}

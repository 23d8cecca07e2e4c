import { EVENT_INSERT, eventParameters } from "../../events/rows";
import { KEY_INSERT, keyParameters } from "../../platform/idempotency";
import type { PreparedStatement, Queryable } from "../../platform/sql";
import {
  ENTRY_INSERT,
  entryParameters,
  GATE_FENCE,
  GRANT_UPDATE,
  grantUpdateParameters,
} from "../rows";
import type { CustomerState } from "./customer-state";

const PARTS: readonly { name: string; text: string }[] = [
  { name: "g", text: GRANT_UPDATE },
  { name: "le", text: ENTRY_INSERT },
  { name: "ev", text: EVENT_INSERT },
  { name: "ik", text: KEY_INSERT },
];

const WRITE: PreparedStatement = { name: "write_batch", text: compose() };

/** Strings the owners' fragments together, each with its own stretch of parameter numbers. */
function compose(): string {
  let used = 4;
  const parts = PARTS.map(({ name, text }) => {
    const offset = used;
    const renumbered = text.replace(/\$(\d+)/g, (_, digits: string) => {
      used = Math.max(used, offset + Number(digits));
      return `$${offset + Number(digits)}`;
    });
    return `${name} AS (${renumbered})`;
  });
  return `WITH ${[GATE_FENCE, ...parts].join(",\n")}\nSELECT customer_id FROM ok`;
}

/**
 * Writes what a batch decided in one statement and so in one commit. A customer whose gate moved
 * since the read writes nothing.
 *
 * @returns the customers whose effects are now durable.
 */
export async function writeBatch(
  connection: Queryable,
  states: readonly CustomerState[],
): Promise<Set<string>> {
  const changes = states.flatMap((state) => [...state.changes.values()]);
  const rows = await connection.prepared<{ customer_id: string }>(WRITE, [
    states.map((state) => state.customerId),
    states.map((state) => state.expectedSeq),
    states.map((state) => state.nextSeq),
    states.map((state) => state.recordedAt),
    ...grantUpdateParameters(changes),
    ...entryParameters(changes),
    ...eventParameters(states.flatMap((state) => state.events)),
    ...keyParameters(states.flatMap((state) => state.keys)),
  ]);
  return new Set(rows.map((row) => row.customer_id));
}

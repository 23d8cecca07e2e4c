import { EVENT_INSERT, eventParameters, ROLLUP_UPSERTS, rollupParameters } from "../../events/rows";
import { KEY_INSERT, keyParameters } from "../../platform/idempotency";
import { OUTBOX_INSERT, outboxParameters } from "../../platform/outbox";
import type { PreparedStatement, Queryable } from "../../platform/sql";
import { instantArray, plainArray } from "../../platform/sql-array";
import {
  ALERT_UPSERT,
  BALANCE_UPDATE,
  balanceUpdateParameters,
  ENTRY_INSERT,
  entryParameters,
  GATE_FENCE,
  GATE_MOVE,
  GRANT_INSERT,
  GRANT_UPDATE,
  grantInsertParameters,
  grantUpdateParameters,
  LOCK_UPSERT,
  TOPUP_UPSERT,
  WINDOW_UPSERT,
} from "../rows";
import {
  alertParameters,
  lockParameters,
  topupParameters,
  windowParameters,
} from "./effect-parameters";
import type { Effects } from "./effects";

/** A stretch of the statement, left out when nothing is to be written there. */
interface Part {
  readonly name: string;
  readonly text: string;
  /** Null when nothing is to be written. */
  readonly parametersOf: (effects: readonly Effects[], slot: number) => string[] | null;
}

const PARTS: readonly Part[] = [
  part("g", GRANT_UPDATE, (all) => changesOf(all, false), grantUpdateParameters),
  part("gb", BALANCE_UPDATE, (all) => changesOf(all, true), balanceUpdateParameters),
  part(
    "gi",
    GRANT_INSERT,
    (all) => all.flatMap((one) => [...one.opened.values()]),
    grantInsertParameters,
  ),
  part("le", ENTRY_INSERT, entriesOf, entryParameters),
  part("ev", EVENT_INSERT, eventsOf, eventParameters),
  part("lk", LOCK_UPSERT, (all) => all.filter((one) => one.locks.size > 0), lockParameters),
  part("uw", WINDOW_UPSERT, (all) => all.filter((one) => one.windows.size > 0), windowParameters),
  part("al", ALERT_UPSERT, (all) => all.filter((one) => one.alerts.size > 0), alertParameters),
  part("tp", TOPUP_UPSERT, (all) => all.filter((one) => one.topups.size > 0), topupParameters),
  part("ob", OUTBOX_INSERT, (all) => all.flatMap((one) => one.outbox), outboxParameters),
  { ...part("", ROLLUP_UPSERTS, eventsOf, rollupParameters) },
  part("ik", KEY_INSERT, (all) => all.flatMap((one) => one.keys), keyParameters),
];

function part<Item>(
  name: string,
  text: string,
  itemsOf: (effects: readonly Effects[]) => readonly Item[],
  parameters: (items: readonly Item[], slot: number) => string[],
): Part {
  return {
    name,
    text,
    parametersOf: (effects, slot) => {
      const items = itemsOf(effects);
      return items.length === 0 ? null : parameters(items, slot);
    },
  };
}

function changesOf(effects: readonly Effects[], balanceOnly: boolean) {
  return effects
    .flatMap((one) => [...one.changes.values()])
    .filter((change) => (change.isBalanceOnly ?? false) === balanceOnly);
}

function entriesOf(effects: readonly Effects[]) {
  return effects
    .flatMap((one) => [...one.opened.values(), ...one.changes.values()])
    .filter(({ entries }) => entries.length > 0);
}

function eventsOf(effects: readonly Effects[]) {
  return effects.flatMap((one) => one.events);
}

/** Which of the environment's rows of a quarter this process adds to; readers sum them. */
const FIRST_SLOT = Math.floor(Math.random() * 8191) * 4;

/** Writers of one process that may run at once take slots of their own: 0 to 3. */
export type WriterSlot = 0 | 1 | 2 | 3;

/**
 * Writes what a batch decided in one statement and so in one commit. A customer whose gate moved
 * since the read writes nothing.
 *
 * @returns the customers whose effects are now durable.
 */
export async function writeBatch(
  connection: Queryable,
  states: readonly { readonly effects: Effects; readonly recordedAt: Date }[],
  slot: WriterSlot,
): Promise<Set<string>> {
  const effects = states.map((state) => state.effects);
  const gates = [
    plainArray(effects.map((one) => one.customerId)),
    plainArray(effects.map((one) => one.expectedSeq)),
    plainArray(effects.map((one) => one.nextSeq)),
    instantArray(states.map((state) => state.recordedAt)),
  ];
  const { statement, values } = compose({ name: "batch", text: GATE_FENCE, gates }, effects, slot);
  const rows = await connection.texts(statement, values);
  return new Set(rows.map(([customerId]) => customerId as string));
}

/** Writes effects behind a gate that the transaction of `connection` holds, and moves it on. */
export async function writeGated(
  connection: Queryable,
  effects: Effects,
  recordedAt: Date,
): Promise<void> {
  const gates = [
    effects.customerId,
    String(effects.envId),
    String(effects.nextSeq),
    recordedAt.toISOString(),
  ];
  const { statement, values } = compose({ name: "gated", text: GATE_MOVE, gates }, [effects], 3);
  await connection.texts(statement, values);
}

const composed = new Map<string, PreparedStatement>();

/**
 * Strings the owners' fragments together. Only the parts that have something to write: an empty one
 * costs its start and end in every statement. So there are several statements, of which a process
 * sees a handful.
 */
function compose(
  gate: { name: string; text: string; gates: readonly string[] },
  effects: readonly Effects[],
  slot: WriterSlot,
): { statement: PreparedStatement; values: string[] } {
  const values = [...gate.gates];
  const parts: Part[] = [];
  let name = `write_${gate.name}`;
  PARTS.forEach((one, n) => {
    const parameters = one.parametersOf(effects, FIRST_SLOT + slot);
    if (parameters === null) return;
    parts.push(one);
    values.push(...parameters);
    name += `_${n}`;
  });
  const known = composed.get(name);
  if (known !== undefined) return { statement: known, values };
  const statement = { name, text: textOf(gate.text, parts) };
  composed.set(name, statement);
  return { statement, values };
}

/** Gives each fragment its own stretch of parameter numbers. */
function textOf(gate: string, parts: readonly Part[]): string {
  let used = 4;
  const texts = parts.map(({ name, text }) => {
    const offset = used;
    const renumbered = text.replace(/\$(\d+)/g, (_, digits: string) => {
      used = Math.max(used, offset + Number(digits));
      return `$${offset + Number(digits)}`;
    });
    return name === "" ? renumbered : `${name} AS (${renumbered})`;
  });
  return `WITH ${[gate, ...texts].join(",\n")}\nSELECT customer_id FROM ok`;
}

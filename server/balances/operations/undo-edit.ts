import { z } from "zod";
import type { Grant } from "../../core/balances/grant";
import type { LedgerCause } from "../../core/balances/ledger";
import { type EditEntry, undoEdit as undo } from "../../core/balances/undo";
import { WindfallError } from "../../core/error";
import { parsePublicId, toPublicId } from "../../core/id";
import { invariant } from "../../core/invariant";
import { fromRow } from "../../core/quantity";
import type { TxCtx } from "../../platform/context";
import { operation } from "../../platform/operation";
import { sql } from "../../platform/sql";
import { type EditDecision, type EditState, runEdit, type StoredBefore } from "../edit-flow";
import { editOutput, reasonInput } from "../edit-schema";

const UndoEditInput = z.object({
  entry_id: z.string().min(1).max(64).describe("The `entry_id` that an edit answered."),
  reason: reasonInput,
});

interface EditRow {
  id: string;
  customer_id: string;
  customer_reference: string;
  entity_external_id: string | null;
  grant_id: string;
  feature_id: number;
  kind: string;
  input: { before?: StoredBefore | null };
  created_at: Date;
  undone: boolean;
}

/**
 * Takes a balance edit back by compensating entries, for thirty minutes and as long as nothing of
 * it was used. History is never deleted.
 */
export const undoEdit = operation(
  {
    kind: "command",
    scope: "balances:write",
    summary: "Undo a balance edit",
    input: UndoEditInput,
    output: editOutput,
    errors: ["balance_edit_not_found", "edit_not_undoable"],
    example: { entry_id: "edt_01hzy8k2q4x9v7t3n5m6p8r0s2" },
  },
  (ctx, input) => {
    const found: { edit?: EditRow } = {};
    const editId = parsePublicId("edt", input.entry_id);
    return runEdit(
      ctx,
      async (ctx) => {
        found.edit = await findEdit(ctx, input.entry_id);
        return {
          customerId: found.edit.customer_reference,
          entityId: found.edit.entity_external_id,
        };
      },
      {
        locksOf: editId === null ? null : { editId },
        reason: input.reason ?? "Undo",
        input: { entry_id: input.entry_id },
      },
      (state) => {
        invariant(found.edit, "The scope of an undo comes from its edit.");
        return decideUndo(state, found.edit);
      },
    );
  },
);

async function findEdit(ctx: TxCtx, entryId: string): Promise<EditRow> {
  const id = parsePublicId("edt", entryId);
  const [row] =
    id === null
      ? []
      : await ctx.db.query<EditRow & { external_id: string | null }>(sql`
          SELECT b.id, b.customer_id, c.external_id, e.external_id AS entity_external_id, b.grant_id,
                 g.feature_id, b.kind, b.input, b.created_at,
                 EXISTS (SELECT 1 FROM balance_edit u
                         WHERE u.customer_id = b.customer_id AND u.undoes_id = b.id) AS undone
          FROM balance_edit b
          JOIN customer c ON c.env_id = b.env_id AND c.id = b.customer_id AND c.deleted_at IS NULL
          JOIN grants g ON g.customer_id = b.customer_id AND g.id = b.grant_id
          LEFT JOIN entity e ON e.customer_id = g.customer_id AND e.id = g.entity_id
          WHERE b.env_id = ${ctx.tenant.envId} AND b.id = ${id}::uuid`);
  if (row !== undefined) {
    // A customer without an id of the tenant's is named by our own.
    return { ...row, customer_reference: row.external_id ?? toPublicId("cus", row.customer_id) };
  }
  throw new WindfallError(
    "not_found",
    "balance_edit_not_found",
    `Edit ${entryId} not found. Pass the entry_id that the edit answered.`,
  );
}

async function decideUndo(state: EditState, edit: EditRow): Promise<EditDecision> {
  const feature = state.catalog.featureById.get(edit.feature_id);
  if (edit.undone || edit.kind === "undo" || feature === undefined) {
    throw new WindfallError(
      "invalid_request",
      "edit_not_undoable",
      "This edit cannot be undone: it was undone before, or is itself an undo. Make a new edit.",
    );
  }
  const entries = await loadEntries(state.ctx, edit);
  const changed = undo({
    edit: { at: edit.created_at, entries, before: datesOf(edit.input.before ?? null) },
    grants: touchedGrants(state, entries, edit),
    undoId: state.editId,
    at: state.now,
  });
  return {
    kind: "undo",
    feature,
    opened: [],
    changed,
    grantId: edit.grant_id,
    // Whoever reads the past must find the dates that stood until this undo.
    before: state.grants.find(({ id }) => id === edit.input.before?.grant_id) ?? null,
    undoesId: edit.id,
  };
}

async function loadEntries(ctx: TxCtx, edit: EditRow): Promise<EditEntry[]> {
  const rows = await ctx.db.query<{
    grant_id: string;
    cause: LedgerCause;
    delta: string;
    granted_delta: string;
    balance_after: string;
  }>(sql`
    SELECT grant_id, cause, delta, granted_delta, balance_after FROM ledger_entry
    WHERE customer_id = ${edit.customer_id}::uuid AND cause_id = ${edit.id}::uuid
      AND recorded_at >= ${edit.created_at}
    ORDER BY seq`);
  return rows.map((row) => ({
    grantId: row.grant_id,
    cause: row.cause,
    delta: fromRow(row.delta),
    grantedDelta: fromRow(row.granted_delta),
    balanceAfter: fromRow(row.balance_after),
  }));
}

function touchedGrants(state: EditState, entries: readonly EditEntry[], edit: EditRow): Grant[] {
  const ids = new Set([edit.grant_id, ...entries.map((entry) => entry.grantId)]);
  const living = state.due.grants.filter(({ id }) => ids.has(id));
  if (living.length === ids.size) {
    const parents = new Set(living.map((grant) => grant.parentId));
    return [...living, ...state.due.grants.filter(({ id }) => parents.has(id) && !ids.has(id))];
  }
  throw new WindfallError(
    "invalid_request",
    "edit_not_undoable",
    "This edit cannot be undone: the balance has ended since. Make a new edit.",
  );
}

function datesOf(
  before: StoredBefore | null,
): Pick<Grant, "id" | "anchorAt" | "nextResetAt" | "expiresAt"> | null {
  if (before === null) return null;
  const dateOf = (ms: number | null) => (ms === null ? null : new Date(ms));
  return {
    id: before.grant_id,
    anchorAt: dateOf(before.anchor_at),
    nextResetAt: dateOf(before.next_reset_at),
    expiresAt: dateOf(before.expires_at),
  };
}

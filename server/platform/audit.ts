import type { TxCtx } from "./context";
import { newId } from "./id";
import { sql } from "./sql";

/** What an audit row says beyond who, where and when, which the context knows. */
export interface AuditFact {
  /** `<noun>.<verb>` of what happened, e.g. `balances.update`. */
  readonly action: string;
  readonly targetType: string;
  /** The id that people know: an external id, a slug, or a row id. */
  readonly targetId: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string | undefined;
}

/**
 * Writes the audit row of a change, in the change's own transaction. Usage is not audited: the
 * ledger is its audit.
 */
export async function audit(ctx: TxCtx, fact: AuditFact): Promise<void> {
  await ctx.db.query(sql`
    INSERT INTO audit_entry (id, org_id, env_id, actor_kind, actor_id, actor_label, action,
                             target_type, target_id, before, after, reason, request_id, created_at)
    VALUES (${newId()}::uuid, ${ctx.tenant.orgId}, ${ctx.tenant.envId}, ${ctx.actor.kind},
            ${ctx.actor.id}, ${ctx.actor.label}, ${fact.action}, ${fact.targetType},
            ${fact.targetId}, ${jsonOrNull(fact.before)}::jsonb, ${jsonOrNull(fact.after)}::jsonb,
            ${fact.reason ?? null}, ${ctx.requestId}, ${ctx.now})`);
}

function jsonOrNull(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

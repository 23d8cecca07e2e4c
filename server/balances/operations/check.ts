import { z } from "zod";
import type { Catalog, CatalogFeature } from "../../catalog/catalog";
import { loadCatalog } from "../../catalog/load-catalog";
import type { UseRules } from "../../core/balances/deduction";
import { type Decision, decide } from "../../core/balances/entitlement";
import type { GrantChange } from "../../core/balances/ledger";
import { WindfallError } from "../../core/error";
import { hasBalance } from "../../core/feature";
import { invariant } from "../../core/invariant";
import { type Quantity, toWire } from "../../core/quantity";
import type { Ctx } from "../../platform/context";
import { operation } from "../../platform/operation";
import { externalId, jsonObject, quantityInput } from "../../platform/wire";
import { noteFirstCheck } from "../../tenancy/first-check";
import { BalanceObject, FlagObject } from "../balance-schema";
import { DenialObject, presentDenial } from "../denial";
import { decideInBatch } from "../hot/batch";
import type { Decided, Subject } from "../hot/subject";
import {
  type HoldRequest,
  holdRequest,
  holdUse,
  lockFields,
  requireLockable,
} from "../locks/hold-use";
import { presentBalance, presentFlag } from "../present";
import { presentUses } from "../present-uses";
import { PreviewObject } from "../preview/preview-schema";
import { loadStanding, previewUnlock, type StandingRow } from "../preview/preview-unlock";
import { checkEffects, usageEffects } from "../usage-effects";
import { featureNamed, oneUnit, replaceChanged } from "../usage-rules";
import { countingGrants, type RecordedUse, recordUse, rulesFor } from "../use";

const CheckInput = z.object({
  customer_id: externalId,
  feature_id: z.string().min(1).max(256),
  entity_id: externalId.optional(),
  required_balance: quantityInput
    .optional()
    .describe("Units needed for the answer to be yes; 1 when left out."),
  send_event: z
    .boolean()
    .optional()
    .describe("Spend `required_balance` in the same step if the answer is yes."),
  properties: jsonObject.optional().describe("Stored with the event that `send_event` makes."),
  lock: z
    .object({
      ...lockFields,
      overage_behavior: z
        .enum(["cap", "overflow"])
        .optional()
        .describe(
          "Holds what there is, or goes below zero for the rest, and answers yes. Left out, all of it is held or nothing.",
        ),
    })
    .optional()
    .describe("Hold `required_balance` until `balances.finalize` says what was used."),
  with_preview: z
    .boolean()
    .optional()
    .describe("When the answer is no, say which plans would make it a yes."),
});

const CheckOutput = z.object({
  allowed: z.boolean(),
  customer_id: z.string(),
  entity_id: z.string().nullable().optional(),
  required_balance: z.number(),
  balance: BalanceObject.nullable().describe("The balance that answers."),
  balances: z
    .record(z.string(), BalanceObject)
    .optional()
    .describe("All that moved, when own units and credits were spent together."),
  flag: FlagObject.nullable(),
  denial: DenialObject.optional(),
  lock_id: z
    .string()
    .optional()
    .describe("The lock that was made, by the name to finalize it with."),
  preview: PreviewObject.optional(),
});

type Input = z.output<typeof CheckInput>;
type Answer = z.input<typeof CheckOutput>;

/**
 * Says whether a customer, or one of its entities, may use a feature now (domain §17). With
 * `send_event` it spends the units in the same step, with `lock` it holds them until they are
 * finalized (domain §20), and nothing at all when denied.
 */
export const check = operation(
  {
    kind: (input: Input) => (spends(input) ? "command" : "query"),
    scope: "balances:read",
    commandScope: "balances:write",
    publishable: true,
    confirmsKey: true,
    usage: true,
    summary: "Check access to a feature",
    input: CheckInput,
    output: CheckOutput,
    errors: ["customer_not_found", "feature_not_found", "entity_not_found", "lock_already_exists"],
    example: { customer_id: "user_123", feature_id: "messages", required_balance: 1 },
  },
  async (ctx, input) => {
    const who = { customerId: input.customer_id, entityId: input.entity_id ?? null };
    const hold = holdRequest(input.lock, input.required_balance ?? oneUnit);
    // An answer that is stored under a key must be whole before it is stored.
    const isStored = spends(input) && ctx.idempotency !== null;
    const standing = input.with_preview === true && isStored ? await loadStanding(ctx, who) : null;
    const previewed = (answer: Answer, catalog: Catalog, rows: typeof standing): Answer =>
      rows === null || answer.allowed
        ? answer
        : { ...answer, preview: previewOf(ctx, catalog, { input, answer, rows }) };
    const answer = (await decideInBatch({
      ctx,
      ...who,
      ...(hold === null ? {} : { lockKey: hold.key }),
      featuresIn: (catalog) => [featureToCheck(catalog, input)],
      decide: (subject) => {
        const decided = decideCheck(subject, input, hold);
        return { ...decided, answer: previewed(decided.answer, subject.catalog, standing) };
      },
    })) as Answer;
    await noteFirstCheck(ctx);
    if (answer.allowed || input.with_preview !== true || standing !== null) return answer;
    const catalog = await loadCatalog(ctx.db, ctx.tenant.envId);
    return previewed(answer, catalog, await loadStanding(ctx, who));
  },
);

/** Whether a yes takes units, for good or for now. */
function spends(input: Input): boolean {
  return input.send_event === true || input.lock !== undefined;
}

function previewOf(
  ctx: Ctx,
  catalog: Catalog,
  refused: { input: Input; answer: Answer; rows: readonly StandingRow[] },
) {
  const { input, answer, rows } = refused;
  const feature = featureNamed(catalog, input.feature_id);
  const denial = answer.denial?.message ?? "";
  return previewUnlock(ctx, catalog, { feature, denial, balance: answer.balance }, rows);
}

function featureToCheck(catalog: Catalog, input: Input): CatalogFeature {
  const feature = featureNamed(catalog, input.feature_id);
  if (input.send_event === true && feature.type === "boolean") {
    throw new WindfallError(
      "invalid_request",
      "invalid_inputs",
      `send_event: '${feature.slug}' is a boolean feature, there is nothing to spend. Leave send_event out.`,
    );
  }
  if (input.lock !== undefined) requireLockable(feature);
  return feature;
}

/** A decision with its answer as this operation gives it. */
type Checked = Decided & { readonly answer: Answer };

function decideCheck(subject: Subject, input: Input, hold: HoldRequest | null): Checked {
  const feature = featureNamed(subject.catalog, input.feature_id);
  const required = input.required_balance ?? oneUnit;
  const rules = rulesFor(subject, feature, input.properties ?? null);
  const decision = decide({ ...rules, feature, required });
  if (hold !== null) {
    return decideHold(subject, input, { request: hold, value: required, decision, rules });
  }
  if (!decision.allowed || input.send_event !== true) {
    const answer = present(subject, input, { decision, changes: [] });
    return { answer, changes: [], events: [], ...checkEffects(subject, [feature]) };
  }
  const use = recordUse(
    subject,
    feature,
    {
      value: required,
      overageBehavior: "reject",
      properties: input.properties ?? null,
      eventName: null,
      occurredAt: subject.now,
    },
    rules,
  );
  invariant("event" in use, "What a check allows, a deduction that may reject goes through.");
  const answer = presentSpent(subject, input, { decision, use });
  return { answer, ...usageEffects(subject, [use]), events: [use.event] };
}

/** Holds the units and answers yes, or takes nothing. Without a balance there is nothing to hold. */
function decideHold(
  subject: Subject,
  input: Input,
  hold: { request: HoldRequest; value: Quantity; decision: Decision; rules: UseRules },
): Checked {
  const { request, value, decision, rules } = hold;
  const feature = featureNamed(subject.catalog, input.feature_id);
  const held = holdUse(
    subject,
    feature,
    {
      request,
      value,
      overageBehavior: input.lock?.overage_behavior ?? "reject",
      properties: input.properties ?? null,
      eventName: null,
      occurredAt: subject.now,
    },
    rules,
  );
  const isEmpty = "lock" in held && held.lock.amount.isZero() && !value.isZero();
  if (!("lock" in held) || isEmpty || decision.reason === "no_balance") {
    const answer = present(subject, input, { decision, changes: [] });
    return { answer, changes: [], events: [], ...checkEffects(subject, [feature]) };
  }
  const { use, lock } = held;
  const allowed = { ...decision, allowed: true, missing: null, limitedBy: null };
  const answer = presentSpent(subject, input, { decision: allowed, use });
  return {
    answer: { ...answer, lock_id: request.key },
    ...usageEffects(subject, [use]),
    events: [use.event],
    locks: [lock],
  };
}

/** The answer with the balances that were spent from, when there are several. */
function presentSpent(
  subject: Subject,
  input: Input,
  { decision, use }: { decision: Decision; use: RecordedUse },
): Answer {
  const { changes } = use.deduction;
  const answer = present(subject, input, { decision, changes });
  const isMixed = changes.some(({ grant }) => grant.featureId !== changes[0]?.grant.featureId);
  if (!isMixed) return answer;
  const { balances } = presentUses(subject, [use]);
  return balances === undefined ? answer : { ...answer, balances };
}

/** The answer, with the balance that answers as it stands after what was spent. */
function present(
  subject: Subject,
  input: Input,
  outcome: { decision: Decision; changes: readonly GrantChange[] },
): Answer {
  const { catalog } = subject;
  const { decision, changes } = outcome;
  const feature = catalog.featureById.get(decision.featureId);
  invariant(feature !== undefined, "A check is answered by a feature of the catalog.");
  const grants = replaceChanged(countingGrants(subject, feature), changes);
  const holds = grants.length > 0;
  const view = { overageAllowed: subject.controlsOf(feature).overageAllowed };
  return {
    allowed: decision.allowed,
    customer_id: input.customer_id,
    ...(input.entity_id === undefined ? {} : { entity_id: input.entity_id }),
    required_balance: toWire(decision.required),
    balance: holds && hasBalance(feature) ? presentBalance(catalog, feature, grants, view) : null,
    flag: holds && feature.type === "boolean" ? presentFlag(feature, grants) : null,
    ...presentDenial(feature, decision),
  };
}

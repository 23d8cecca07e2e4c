import { z } from "zod";
import type { Catalog, CatalogFeature } from "../../catalog/catalog";
import { type Decision, decide } from "../../core/balances/entitlement";
import type { GrantChange } from "../../core/balances/ledger";
import { WindfallError } from "../../core/error";
import { hasBalance } from "../../core/feature";
import { invariant } from "../../core/invariant";
import { toWire } from "../../core/quantity";
import { operation } from "../../platform/operation";
import { externalId, jsonObject, notSupported, quantityInput } from "../../platform/wire";
import { noteFirstCheck } from "../../tenancy/first-check";
import { BalanceObject, FlagObject } from "../balance-schema";
import { DenialObject, presentDenial } from "../denial";
import { decideInBatch } from "../hot/batch";
import type { Decided, Subject } from "../hot/subject";
import { presentBalance, presentFlag } from "../present";
import { checkEffects, usageEffects } from "../usage-effects";
import { featureNamed, oneUnit, replaceChanged } from "../usage-rules";
import { countingGrants, recordUse, rulesFor } from "../use";

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
  lock: notSupported("lock"),
  with_preview: notSupported("with_preview", false),
});

const CheckOutput = z.object({
  allowed: z.boolean(),
  customer_id: z.string(),
  entity_id: z.string().nullable().optional(),
  required_balance: z.number(),
  balance: BalanceObject.nullable(),
  flag: FlagObject.nullable(),
  denial: DenialObject.optional(),
});

type Input = z.output<typeof CheckInput>;
type Answer = z.input<typeof CheckOutput>;

/**
 * Says whether a customer, or one of its entities, may use a feature now (domain §17). With
 * `send_event` it spends the units in the same step, or nothing at all when denied.
 */
export const check = operation(
  {
    kind: (input: Input) => (input.send_event === true ? "command" : "query"),
    scope: "balances:read",
    commandScope: "balances:write",
    publishable: true,
    confirmsKey: true,
    usage: true,
    summary: "Check access to a feature",
    input: CheckInput,
    output: CheckOutput,
    errors: ["customer_not_found", "feature_not_found", "entity_not_found"],
    example: { customer_id: "user_123", feature_id: "messages", required_balance: 1 },
  },
  async (ctx, input) => {
    const answer = (await decideInBatch({
      ctx,
      customerId: input.customer_id,
      entityId: input.entity_id ?? null,
      featuresIn: (catalog) => [featureToCheck(catalog, input)],
      decide: (subject) => decideCheck(subject, input),
    })) as Answer;
    await noteFirstCheck(ctx);
    return answer;
  },
);

function featureToCheck(catalog: Catalog, input: Input): CatalogFeature {
  const feature = featureNamed(catalog, input.feature_id);
  if (input.send_event === true && feature.type === "boolean") {
    throw new WindfallError(
      "invalid_request",
      "invalid_inputs",
      `send_event: '${feature.slug}' is a boolean feature, there is nothing to spend. Leave send_event out.`,
    );
  }
  return feature;
}

function decideCheck(subject: Subject, input: Input): Decided {
  const feature = featureNamed(subject.catalog, input.feature_id);
  const required = input.required_balance ?? oneUnit;
  const rules = rulesFor(subject, feature, input.properties ?? null);
  const decision = decide({ ...rules, feature, required });
  const spends = decision.allowed && input.send_event === true;
  if (!spends) {
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
  const answer = present(subject, input, { decision, changes: use.deduction.changes });
  return { answer, ...usageEffects(subject, [use]), events: [use.event] };
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

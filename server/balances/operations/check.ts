import { z } from "zod";
import type { Catalog, CatalogFeature } from "../../catalog/catalog";
import { deduct } from "../../core/balances/deduction";
import { decide } from "../../core/balances/entitlement";
import { type Grant, isLive, visibleGrants } from "../../core/balances/grant";
import { LedgerCause } from "../../core/balances/ledger";
import { WindfallError } from "../../core/error";
import { hasBalance } from "../../core/feature";
import { type Quantity, toWire } from "../../core/quantity";
import { newId } from "../../platform/id";
import { operation } from "../../platform/operation";
import { externalId, jsonObject, notSupported, quantityInput } from "../../platform/wire";
import { noteFirstCheck } from "../../tenancy/first-check";
import { BalanceObject, FlagObject } from "../balance-schema";
import { decideInBatch } from "../hot/batch";
import type { Decided, Subject } from "../hot/subject";
import { presentBalance, presentFlag } from "../present";
import { featureNamed, oneUnit, replaceChanged } from "../usage-rules";

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
  const grants = visibleGrants(subject.grantsOf(feature.id), subject.entity?.id ?? null).filter(
    (grant) => isLive(grant, subject.now),
  );
  const { allowed } = decide({ feature, grants, required });
  const question = { feature, required, subject, input };
  if (!allowed || input.send_event !== true) {
    return { answer: present(question, allowed, grants), changes: [], events: [] };
  }
  return spend(question, grants);
}

interface Question {
  readonly feature: CatalogFeature;
  readonly required: Quantity;
  readonly subject: Subject;
  readonly input: Input;
}

function spend(question: Question, grants: readonly Grant[]): Decided {
  const { feature, required, subject, input } = question;
  const eventId = newId();
  const deduction = deduct({
    grants,
    amount: required,
    entityId: subject.entity?.id ?? null,
    entityKey: subject.entityKey,
    overageBehavior: "reject",
    cause: LedgerCause.usage,
    causeId: eventId,
    at: subject.now,
  });
  if (deduction.outcome === "insufficient") {
    return { answer: present(question, false, grants), changes: [], events: [] };
  }
  const event = {
    id: eventId,
    featureId: feature.id,
    entityId: subject.entity?.id ?? null,
    eventName: null,
    occurredAt: subject.now,
    value: required,
    parts: deduction.parts,
    properties: input.properties ?? null,
  };
  const after = replaceChanged(grants, deduction.changes);
  return { answer: present(question, true, after), changes: deduction.changes, events: [event] };
}

function present(
  { feature, required, input }: Question,
  allowed: boolean,
  grants: readonly Grant[],
): Answer {
  const holds = grants.length > 0;
  return {
    allowed,
    customer_id: input.customer_id,
    ...(input.entity_id === undefined ? {} : { entity_id: input.entity_id }),
    required_balance: toWire(required),
    balance: holds && hasBalance(feature) ? presentBalance(feature, grants) : null,
    flag: holds && feature.type === "boolean" ? presentFlag(feature, grants) : null,
  };
}

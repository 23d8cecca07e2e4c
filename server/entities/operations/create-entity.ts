import { z } from "zod";
import { expireLocks } from "../../balances/expire-locks";
import { loadSeatControls } from "../../balances/load-seat-controls";
import { writeEffects } from "../../balances/write-effects";
import { ensureCustomer } from "../../billing/ensure-customer";
import { EntityOutput, viewEntity } from "../../billing/entity-view";
import { gateCustomer } from "../../billing/gate-customer";
import { loadBillingState } from "../../billing/load-billing-state";
import type { Catalog, CatalogFeature } from "../../catalog/catalog";
import { patchControls } from "../../catalog/controls";
import { currentCatalog } from "../../catalog/load-catalog";
import { featureNamed } from "../../catalog/named";
import { onTopOf } from "../../core/balances/reset";
import { WindfallError } from "../../core/error";
import { openForEntity } from "../../core/plan-grants";
import {
  customerReference,
  newCustomerFields,
  newCustomerFieldsInput,
} from "../../customers/customer-schema";
import { customerIdOf } from "../../customers/present";
import { audit } from "../../platform/audit";
import { newId } from "../../platform/id";
import { operation } from "../../platform/operation";
import { inTransaction } from "../../platform/transaction";
import { entityControlsInput, entityName, entityReference } from "../entity-schema";
import { insertEntity, requireEntity } from "../rows";
import { takeSeat } from "../seat";

const CreateEntityInput = z.object({
  customer_id: customerReference,
  entity_id: entityReference,
  feature_id: z.string().min(1).max(256).describe("The seat feature: metered, not consumable."),
  name: entityName,
  billing_controls: entityControlsInput,
  customer_data: z
    .object(newCustomerFieldsInput)
    .nullish()
    .describe("Makes the customer when it does not exist; fills in what it lacks when it does."),
});

/**
 * Makes an entity of a customer, which takes one unit of its seat feature and gets what the
 * customer's plans give to each entity of its type (domain §7).
 */
export const createEntity = operation(
  {
    kind: "command",
    scope: "customers:write",
    summary: "Create an entity",
    input: CreateEntityInput,
    output: EntityOutput,
    errors: [
      "customer_not_found",
      "feature_not_found",
      "entity_already_exists",
      "feature_limit_reached",
    ],
    example: { customer_id: "user_123", entity_id: "seat_1", feature_id: "seats", name: "Ana" },
  },
  async (ctx, input) => {
    const catalog = await currentCatalog(ctx);
    const feature = requireSeatFeature(catalog, input.feature_id);
    await expireLocks(ctx, { externalId: input.customer_id });
    return inTransaction(ctx, async (ctx) => {
      if (input.customer_data) {
        await ensureCustomer(ctx, catalog, {
          externalId: input.customer_id,
          ...newCustomerFields(catalog, input.customer_data),
        });
      }
      const { customer, gate, now } = await gateCustomer(ctx, input.customer_id);
      const id = newId();
      const made = await insertEntity(ctx, {
        id,
        customerId: customer.id,
        externalId: input.entity_id,
        name: input.name ?? null,
        featureId: feature.id,
        billingControls: patchControls(catalog, null, input.billing_controls ?? {}),
        createdAt: now,
      });
      if (!made) throw entityAlreadyExists(input.entity_id);
      const { state, due } = await loadBillingState(ctx, catalog, customer.id, now);
      const { grants } = state;
      const owner = { catalog, customerId: customer.id, grants, feature, now };
      const controls = await loadSeatControls(ctx, owner);
      const taken = takeSeat({
        grants,
        rules: controls.rules,
        featureId: feature.id,
        featureSlug: feature.slug,
        entityId: id,
        at: now,
      });
      const given = openForEntity(
        state.subscriptions,
        grants,
        { id, featureId: feature.id },
        { at: now, newId },
      );
      const written = onTopOf(due, taken.changes);
      await writeEffects(ctx, gate, {
        ...controls.effectsOf(taken),
        opened: [...written.opened, ...given],
        changes: written.changed,
        events: [],
      });
      await audit(ctx, {
        action: "entities.create",
        targetType: "entity",
        targetId: input.entity_id,
        after: { customer_id: customerIdOf(customer), feature_id: feature.slug },
      });
      return viewEntity(ctx, catalog, await requireEntity(ctx, customer.id, input.entity_id));
    });
  },
);

function requireSeatFeature(catalog: Catalog, slug: string): CatalogFeature {
  const feature = featureNamed(catalog, slug);
  if (feature.type === "metered" && !feature.consumable) return feature;
  throw new WindfallError(
    "invalid_request",
    "invalid_request",
    `Feature '${slug}' cannot type an entity. Use a metered feature that is held, not used up, such as seats.`,
  );
}

function entityAlreadyExists(externalId: string): WindfallError {
  return new WindfallError(
    "conflict",
    "entity_already_exists",
    `Entity ${externalId} already exists.`,
  );
}

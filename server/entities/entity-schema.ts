import { z } from "zod";
import { EntityControlsInput } from "../catalog/controls-schema";
import { customerReference } from "../customers/customer-schema";
import { externalId } from "../platform/wire";

/** An entity as callers name it, among those of one customer. */
export const entityReference = externalId.describe("The entity's id in your own system.");

/** Which entity an operation is about. */
export const entityScopeInput = {
  entity_id: entityReference,
  customer_id: customerReference
    .nullish()
    .describe("Whose entity; needed when several customers have one with this id."),
};

export const entityName = z.string().max(500).nullish().describe("Display name.");

export const entityControlsInput = EntityControlsInput.nullish().describe(
  "Limits and alerts. A list that is sent replaces the whole list, the others stay.",
);

/** The wire fields that are the entity's own. */
export const EntityOwnOutput = z.object({
  id: z.string().nullable(),
  name: z.string().nullable(),
  customer_id: z.string(),
  feature_id: z.string().nullable(),
  created_at: z.number().describe("Unix milliseconds."),
  env: z.enum(["sandbox", "live"]),
});

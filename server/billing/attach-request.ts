import type { z } from "zod";
import type { Catalog } from "../catalog/catalog";
import { featureNamed } from "../catalog/named";
import type { AttachRequest } from "../core/billing-change";
import { WindfallError } from "../core/error";
import type { EntityRow } from "../entities/rows";
import { listEntitiesOf, requireEntity } from "../entities/rows";
import type { ReadCtx } from "../platform/context";
import { newId } from "../platform/id";
import type { AttachInput } from "./attach-schema";
import { versionToAttach } from "./version-to-attach";

/** An attach in the words of the core, with the names that an answer needs. */
export interface ReadAttach {
  readonly request: AttachRequest;
  /** The entity that the plan is for; null is the customer. */
  readonly entity: EntityRow | null;
}

/**
 * Reads what an attach and its preview ask for: the same request for both.
 *
 * @throws `entity_not_found`, `product_not_found`, `feature_not_found`; `invalid_inputs` for use
 *   that no caller can carry
 */
export async function readAttach(
  ctx: ReadCtx,
  catalog: Catalog,
  customerId: string,
  input: z.output<typeof AttachInput>,
): Promise<ReadAttach> {
  const entity = input.entity_id ? await requireEntity(ctx, customerId, input.entity_id) : null;
  const version = versionToAttach(catalog, input.plan_id, input.version);
  const perEntity = entity === null && version.items.some((item) => item.entityFeature !== null);
  const entities = perEntity
    ? ((await listEntitiesOf(ctx, [customerId])).get(customerId) ?? [])
    : [];
  const carryUsages = carriedFeatures(catalog, input.carry_over_usages);
  return {
    request: { version, entityId: entity?.id ?? null, entities, carryUsages, newId },
    entity,
  };
}

function carriedFeatures(
  catalog: Catalog,
  wish: z.output<typeof AttachInput>["carry_over_usages"],
): AttachRequest["carryUsages"] {
  if (wish?.enabled !== true) return null;
  if (!wish.feature_ids) return "all";
  return new Set(
    wish.feature_ids.map((slug) => {
      const feature = featureNamed(catalog, slug);
      if (feature.consumable) return feature.id;
      throw new WindfallError(
        "invalid_request",
        "invalid_inputs",
        `carry_over_usages.feature_ids: '${slug}' is not used up. Name consumable features only; what is held is always carried.`,
      );
    }),
  );
}

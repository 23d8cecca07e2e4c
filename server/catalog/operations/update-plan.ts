import { z } from "zod";
import { audit } from "../../platform/audit";
import { operation } from "../../platform/operation";
import { inTransaction } from "../../platform/transaction";
import { notSupported } from "../../platform/wire";
import { bumpCatalog } from "../../tenancy/rows";
import type { Catalog, CatalogPlan } from "../catalog";
import { readContent } from "../content/read-content";
import { patchControls } from "../controls";
import { editPlan } from "../edit-plan";
import { Name, Slug } from "../feature-schema";
import { planNamed, versionNumbered } from "../named";
import {
  BasePriceInput,
  Description,
  Group,
  Metadata,
  PlanControlsInput,
  PlanItemsInput,
  PlanOutput,
  PlanRef,
  unsupportedPlanFields,
  VersionNumber,
} from "../plan-schema";
import { presentPlan } from "../present";
import { readCatalog } from "../read-catalog";
import type { PlanFields } from "../rows";
import { wrongField } from "../wrong-field";

const UpdatePlanInput = z.object({
  plan_id: PlanRef,
  new_plan_id: Slug.nullish().describe("Renames the plan, as long as no customer had it."),
  name: Name.nullish(),
  description: Description.optional(),
  group: Group.nullish(),
  add_on: z.boolean().nullish(),
  auto_enable: z.boolean().nullish(),
  price: BasePriceInput.nullish().describe("The base price; null removes it."),
  items: PlanItemsInput.nullish().describe("Replaces the whole list."),
  metadata: Metadata.nullish(),
  archived: z.boolean().nullish().describe("Leaves the lists; customers who have it keep it."),
  version: VersionNumber.nullish().describe("The version to start from; absent is the active one."),
  force_version: z.boolean().nullish().describe("Makes the next version in any case."),
  disable_version: z
    .boolean()
    .nullish()
    .describe("Nobody moves, as without it; a version that customers held still stays as it was."),
  all_versions: z
    .boolean()
    .nullish()
    .describe("Nobody moves; names and switches are those of all versions in any case."),
  base_plan_id: notSupported("base_plan_id"),
  migration: notSupported("migration", {}, { draft: false }),
  update_variant_ids: notSupported("update_variant_ids", []),
  update_license_parents: notSupported("update_license_parents", []),
  variants: notSupported("variants", []),
  is_default: notSupported("is_default", false),
  billing_controls: PlanControlsInput,
  ...unsupportedPlanFields,
});

type UpdatePlanFields = z.output<typeof UpdatePlanInput>;

/** Changes a plan: names and switches in place, price and items as a version. */
export const updatePlan = operation(
  {
    kind: "command",
    scope: "plans:write",
    summary: "Update a plan",
    description:
      "A change of price or items becomes the next version, unless no customer ever held this one. Customers stay on the version they have.",
    input: UpdatePlanInput,
    output: PlanOutput,
    aliases: { id: "plan_id" },
    errors: ["product_not_found", "feature_not_found", "product_already_exists", "plan_in_use"],
    example: {
      plan_id: "free",
      items: [{ feature_id: "messages", included: 200, reset: { interval: "month" } }],
    },
  },
  (ctx, input) =>
    inTransaction(ctx, async (ctx) => {
      checkVersionFlags(input);
      await bumpCatalog(ctx);
      const catalog = await readCatalog(ctx.db, ctx.tenant.envId);
      const plan = planNamed(catalog, input.plan_id);
      const base = versionNumbered(plan, input.version);
      const content = readContent(
        catalog,
        { price: input.price, items: input.items ?? undefined },
        base,
      );
      const fields = readFields(catalog, input, plan);
      const edit = { fields, content, base, forceVersion: input.force_version === true };
      const published = await editPlan(ctx, plan, edit, catalog);
      const changed = planNamed(await readCatalog(ctx.db, ctx.tenant.envId), fields.slug);
      const version = versionNumbered(changed, published.version);
      const answer = presentPlan(changed, version, ctx.tenant);
      await audit(ctx, {
        action: "plans.update",
        targetType: "plan",
        targetId: plan.slug,
        before: presentPlan(plan, base, ctx.tenant),
        after: { ...answer, version_id: String(version.id) },
      });
      return answer;
    }),
);

function readFields(catalog: Catalog, input: UpdatePlanFields, plan: CatalogPlan): PlanFields {
  return {
    slug: input.new_plan_id ?? plan.slug,
    name: input.name ?? plan.name,
    description: input.description === undefined ? plan.description : input.description,
    groupKey: input.group ?? plan.groupKey,
    isAddOn: input.add_on ?? plan.isAddOn,
    autoEnable: input.auto_enable ?? plan.autoEnable,
    metadata: input.metadata ?? plan.metadata,
    billingControls: patchControls(catalog, plan.billingControls, input.billing_controls ?? {}),
    archived: input.archived ?? plan.archived,
  };
}

function checkVersionFlags(input: UpdatePlanFields): void {
  const flags = (["force_version", "disable_version", "all_versions"] as const).filter(
    (flag) => input[flag] === true,
  );
  const [first, second] = flags;
  if (first === undefined || second === undefined) return;
  throw wrongField(first, `It excludes '${second}'. Send one of them.`);
}

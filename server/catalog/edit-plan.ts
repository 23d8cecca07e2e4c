import { WindfallError } from "../core/error";
import { isFree } from "../core/plan";
import type { TxCtx } from "../platform/context";
import type { Catalog, CatalogPlan, CatalogPlanVersion, PlanContent } from "./catalog";
import { planIsHeld, versionsWereHeld } from "./holders";
import { type Publication, publishPlanVersion } from "./publish-plan-version";
import { type PlanFields, updatePlanRow } from "./rows";
import { wrongField } from "./wrong-field";

/** A plan as it shall be. */
export interface PlanEdit {
  readonly fields: PlanFields;
  readonly content: PlanContent;
  /** The version that `content` was made from. */
  readonly base: CatalogPlanVersion;
  readonly forceVersion: boolean;
}

/**
 * Writes an edit of a plan: its names and switches in place, its content as a version.
 *
 * @throws WindfallError where domain §2 forbids the change
 */
export async function editPlan(
  ctx: TxCtx,
  plan: CatalogPlan,
  edit: PlanEdit,
  catalog: Catalog,
): Promise<Publication> {
  const { fields, content } = edit;
  if (fields.slug !== plan.slug) await checkRename(ctx, plan, fields.slug, catalog);
  if (fields.groupKey !== plan.groupKey || fields.isAddOn !== plan.isAddOn) {
    await checkPlacement(ctx, plan);
  }
  await updatePlanRow(ctx, plan.id, { ...fields, activeVersion: plan.active.version });
  const published = await publishPlanVersion(ctx, {
    plan,
    base: edit.base,
    content,
    force: edit.forceVersion,
  });
  const becameActive = published.kind === "next" || edit.base.id === plan.active.id;
  checkAutoEnable(fields, becameActive ? content : plan.active);
  return published;
}

/**
 * A plan that everyone gets unasked must not cost anything.
 *
 * @throws `invalid_inputs`
 */
export function checkAutoEnable(
  fields: Pick<PlanFields, "autoEnable">,
  content: PlanContent,
): void {
  if (!fields.autoEnable || isFree(content)) return;
  throw wrongField(
    "auto_enable",
    "Only a plan without a price is given to every new customer. Remove its prices or turn this off.",
  );
}

/** @throws `invalid_request/product_already_exists` */
export function checkPlanIsUnused(catalog: Catalog, slug: string): void {
  if (!catalog.planBySlug.has(slug)) return;
  throw new WindfallError(
    "invalid_request",
    "product_already_exists",
    `Plan '${slug}' already exists. Choose another id, or update it.`,
  );
}

async function checkRename(
  ctx: TxCtx,
  plan: CatalogPlan,
  slug: string,
  catalog: Catalog,
): Promise<void> {
  checkPlanIsUnused(catalog, slug);
  const versionIds = plan.versions.map((version) => version.id);
  if (!(await versionsWereHeld(ctx, versionIds))) return;
  throw new WindfallError(
    "conflict",
    "plan_in_use",
    `Customers have or had plan '${plan.slug}', so its id stays. Change its name instead.`,
  );
}

/** Which plans replace each other was decided when customers started; it cannot change under them. */
async function checkPlacement(ctx: TxCtx, plan: CatalogPlan): Promise<void> {
  if (!(await planIsHeld(ctx, plan.id))) return;
  throw new WindfallError(
    "conflict",
    "plan_in_use",
    `Customers are on plan '${plan.slug}', so 'group' and 'add_on' stay as they are. Make another plan for the new place.`,
  );
}

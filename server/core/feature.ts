/**
 * `boolean` is on or off; `metered` is counted; a credit system is a currency in which uses of its
 * metered members are paid; an AI credit system is one in which tokens are.
 */
export type FeatureType = "boolean" | "metered" | "credit_system" | "ai_credit_system";

/** Whether a feature has units to grant and spend: all but the boolean ones. */
export function hasBalance(feature: { readonly type: FeatureType }): boolean {
  return feature.type !== "boolean";
}

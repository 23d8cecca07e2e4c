import { z } from "zod";
import { formatQuantity } from "@/components/format";
import { parseQuantity } from "@/components/forms/parse-quantity";
import { quantitySchema } from "@/components/forms/quantity-schema";
import { endOfDay } from "@/components/forms/zoned-time";
import { quantity } from "@/server/core/quantity";
import type { CustomerScope } from "../use-customer-scope";
import type { EditDraft } from "./preview-edit";

const grantModes = ["add", "remove", "set"] as const;
const expiries = ["never", "month", "date"] as const;

const MONTH_MS = 30 * 86_400_000;

/** When the sheet opened and where its dates lie: fixed, so that a repeated request stays the same. */
export type GrantMoment = { readonly openedAt: number; readonly zone: string };

type Timing = { expiry: (typeof expiries)[number]; expiryDate: string };

/** The sheet's fields, as typed. */
export function grantValuesSchema(moment: GrantMoment) {
  return z
    .object({
      feature: z.string().min(1, "Choose a feature."),
      mode: z.enum(grantModes),
      amount: quantitySchema(),
      expiry: z.enum(expiries),
      expiryDate: z.string(),
      reason: z
        .string()
        .trim()
        .min(1, "Say why. It is kept with the entry, for whoever asks later."),
    })
    .refine(({ mode, amount }) => mode === "set" || amount !== "0", {
      path: ["amount"],
      message: "Enter more than 0.",
    })
    .refine((fields) => endsInFuture(fields, moment), {
      path: ["expiryDate"],
      message: "Choose the last day, today or later.",
      // Also while other fields are wrong, so that all that is wrong is said at once.
      when: () => true,
    });
}

function endsInFuture(fields: Timing & { mode: string }, moment: GrantMoment): boolean {
  if (fields.mode !== "add" || fields.expiry !== "date") return true;
  return (expiryOf(fields, moment) ?? 0) > moment.openedAt;
}

type GrantSchema = ReturnType<typeof grantValuesSchema>;
export type GrantFields = z.input<GrantSchema>;
export type GrantValues = z.output<GrantSchema>;

/** When a grant with these fields expires, in Unix milliseconds; null for never. */
export function expiryOf({ expiry, expiryDate }: Timing, moment: GrantMoment): number | null {
  if (expiry === "never") return null;
  return expiry === "month" ? moment.openedAt + MONTH_MS : endOfDay(expiryDate, moment.zone);
}

/** What the fields ask for so far; null while there is no amount. */
export function draftOf(fields: GrantFields, moment: GrantMoment): EditDraft | null {
  const parsed = parseQuantity(fields.amount);
  if (!parsed.ok) return null;
  const amount = quantity(parsed.value);
  if (fields.mode !== "add") return { mode: fields.mode, amount };
  return { mode: "add", amount, expiresAt: expiryOf(fields, moment) };
}

/** The confirming button: the verb with its amount. */
export function grantVerb({ mode, amount }: GrantFields, unit: string): string {
  const parsed = parseQuantity(amount);
  const shown = parsed.ok ? formatQuantity(parsed.value) : null;
  if (mode === "set") return shown === null ? `Set ${unit}` : `Set ${unit} to ${shown}`;
  const verb = mode === "add" ? "Grant" : "Remove";
  return shown === null ? `${verb} ${unit}` : `${verb} ${shown} ${unit}`;
}

/** What was done, for the receipt and for screen readers: "Granted 500 Messages". */
export function grantDone({ mode, amount }: GrantValues, unit: string): string {
  const shown = formatQuantity(amount);
  if (mode === "set") return `Set ${unit} to ${shown}`;
  return `${mode === "add" ? "Granted" : "Removed"} ${shown} ${unit}`;
}

/** What every edit says: whose balance, of which feature, and why. */
export function editTarget(scope: CustomerScope, { feature, reason }: GrantValues) {
  return {
    customer_id: scope.customerId,
    feature_id: feature,
    ...(scope.entity ? { entity_id: scope.entity.id } : {}),
    reason,
  };
}

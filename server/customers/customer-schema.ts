import { z } from "zod";
import type { Catalog } from "../catalog/catalog";
import { patchControls } from "../catalog/controls";
import { ControlsInput, CustomerControlsOutput } from "../catalog/controls-schema";
import { externalId, notSupported } from "../platform/wire";

const MAX_METADATA_LENGTH = 20_000;
const LONE_SURROGATE = /\\ud[89a-f]/;

/** A customer as callers name it. A customer without an id answers to its `internal_id`. */
export const customerReference = externalId.describe("The customer's id in your own system.");

/** Free key/value pairs; stored as `jsonb`, which refuses half a surrogate pair. */
const metadata = z.record(z.string().max(256), z.unknown()).superRefine((value, issues) => {
  const text = JSON.stringify(value);
  if (text.length > MAX_METADATA_LENGTH) {
    issues.addIssue({
      code: "custom",
      message: `metadata is longer than ${MAX_METADATA_LENGTH} characters as JSON.`,
    });
  }
  if (LONE_SURROGATE.test(text)) {
    issues.addIssue({
      code: "custom",
      message: "metadata contains text that is not valid Unicode.",
    });
  }
});

const CURRENCIES: ReadonlySet<string> = new Set(
  Intl.supportedValuesOf("currency").map((code) => code.toLowerCase()),
);

const currency = z
  .string()
  .max(3)
  .transform((code) => code.toLowerCase())
  .refine((code) => CURRENCIES.has(code), {
    message: "A currency is written as its three-letter code, for example usd.",
  });

const configInput = z
  .object({
    disable_pooled_balance: notSupported("config.disable_pooled_balance", false),
    disable_overage_billing: notSupported("config.disable_overage_billing", false),
  })
  .nullish();

/** What a caller may say about a customer, when making one as well as later. */
export const customerFieldsInput = {
  name: z.string().max(500).nullish().describe("Display name."),
  email: z.email().max(320).nullish().describe("Contact address."),
  fingerprint: z
    .string()
    .min(1)
    .max(256)
    .nullish()
    .describe("A device or serial number that tells apart people who sign up twice."),
  metadata: metadata.nullish().describe("Free key/value pairs."),
  stripe_id: notSupported("stripe_id"),
  send_email_receipts: z.boolean().optional().describe("Whether receipts go out by e-mail."),
  currency: currency.nullish().describe("The currency to bill in, as its three-letter code."),
  billing_controls: ControlsInput.nullish().describe(
    "Limits, alerts and top-ups. A list that is sent replaces the whole list, the others stay.",
  ),
  config: configInput,
};

/** What counts only while a customer is being made. */
export const newCustomerFieldsInput = {
  ...customerFieldsInput,
  create_in_stripe: notSupported("create_in_stripe", false),
  auto_enable_plan_id: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe("The plan without a price that a new customer gets instead of the default plans."),
};

const newCustomer = z.object(newCustomerFieldsInput);

/**
 * What a request says about a customer that may have to be made; its id apart.
 *
 * @throws `invalid_inputs` for a control of a feature that does not exist
 */
export function newCustomerFields(catalog: Catalog, input: z.output<typeof newCustomer>) {
  return {
    email: input.email ?? null,
    name: input.name ?? null,
    fingerprint: input.fingerprint ?? null,
    metadata: input.metadata ?? {},
    currency: input.currency ?? null,
    sendEmailReceipts: input.send_email_receipts,
    billingControls: patchControls(catalog, null, input.billing_controls ?? {}),
    autoEnablePlan: input.auto_enable_plan_id,
  };
}

/** Sub-objects to inline; words that are not known are ignored. */
export const expandInput = z
  .array(z.string().max(128))
  .max(50)
  .nullish()
  .transform((words): ReadonlySet<string> => new Set(words ?? []))
  .describe("Sub-objects to inline, such as entities or balances.feature.");

/** The wire fields that are the customer's own. */
export const customerOwnOutput = {
  id: z.string().nullable().describe("Your own id; null until the customer is given one."),
  internal_id: z.string().describe("Ours, which a customer without an id of yours answers to."),
  name: z.string().nullable(),
  email: z.string().nullable(),
  created_at: z.number().describe("Unix milliseconds."),
  fingerprint: z.string().nullable(),
  stripe_id: z.string().nullable(),
  env: z.enum(["sandbox", "live"]),
  metadata: z.record(z.string(), z.unknown()),
  send_email_receipts: z.boolean(),
  currency: z.string().nullable(),
  billing_controls: CustomerControlsOutput,
};

import { z } from "zod";

/** Why a balance is changed. People must say it; a key's edits default to "API". */
export const reasonInput = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .optional()
  .describe("Kept with the entry; required from people in the dashboard.");

export const editOutput = z.object({
  success: z.boolean(),
  entry_id: z.string().describe("Names this edit in `balances.undo`."),
});

export const resetIntervals = [
  "one_off",
  "minute",
  "hour",
  "day",
  "week",
  "month",
  "quarter",
  "semi_annual",
  "year",
] as const;

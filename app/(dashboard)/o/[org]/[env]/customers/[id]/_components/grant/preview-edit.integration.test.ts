import fc from "fast-check";
import { expect, it } from "vitest";
import { quantity } from "@/server/core/quantity";
import { balanceDesk } from "@/server/testing/balance-desk";
import { type EditDraft, type Figures, figuresOf, previewEdit } from "./preview-edit";

const { change, customer, explain, grant, track } = balanceDesk();

const amounts = fc.integer({ min: 0, max: 4000 }).map((n) => n / 8);
const steps = fc.array(
  fc.oneof(
    fc.record({ mode: fc.constantFrom("add", "remove", "set"), amount: amounts }),
    fc.record({ mode: fc.constant("use"), amount: amounts }),
  ),
  { minLength: 1, maxLength: 6 },
);

async function edit(mode: string, amount: number): Promise<void> {
  if (mode === "add") await grant({ included_grant: amount, reason: "test" });
  if (mode === "remove") await change({ add_to_balance: -amount, reason: "test" });
  if (mode === "set") await change({ remaining: amount, reason: "test" });
}

const numbers = ({ granted, usage, remaining, signed }: Figures) =>
  [granted, usage, remaining, signed].map(Number);

it("what the sheet previews is what the server then does", async () => {
  await fc.assert(
    fc.asyncProperty(amounts, steps, async (first, sequence) => {
      await customer({ messages: first });
      for (const { mode, amount } of sequence) {
        if (mode === "use") {
          await track({ value: amount });
          continue;
        }
        const { lots, as_of: now } = await explain();
        const draft = {
          mode,
          amount: quantity(amount),
          ...(mode === "add" ? { expiresAt: null } : {}),
        } as EditDraft;
        const preview = previewEdit({ lots, entityId: null, draft, now });
        await edit(mode, amount);
        const after = await explain();
        expect("refusal" in preview ? preview.refusal : numbers(preview.after)).toEqual(
          numbers(figuresOf(after.lots, after.as_of)),
        );
      }
    }),
    { numRuns: 25 },
  );
});

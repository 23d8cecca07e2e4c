"use client";

import { useWatch } from "react-hook-form";
import { AmountField } from "@/components/forms/amount-field";
import { parseQuantity } from "@/components/forms/parse-quantity";
import { TextField } from "@/components/forms/text-field";
import { FormField } from "@/components/ui/form";
import { Label } from "@/components/ui/label";
import { RadioGroup, RadioOption } from "@/components/ui/radio-group";
import { Switch } from "@/components/ui/switch";
import { type ModelPrice, otherPools, type PriceFields, sampleCost } from "./price-values";

/** What people write about a model's price. */
export function PriceFieldset({ price }: { price: ModelPrice | undefined }) {
  const [source, hasLong] = useWatch<PriceFields, ["source", "hasLong"]>({
    name: ["source", "hasLong"],
  });
  return (
    <>
      {price === undefined ? (
        <TextField
          name="model"
          label="Model"
          placeholder="openai/gpt-4o"
          autoComplete="off"
          autoCapitalize="none"
          hint="provider/model, as your calls name it in model_id."
        />
      ) : null}
      {price !== undefined && price.ownSince !== null ? <SourceField price={price} /> : null}
      {source === "own" ? (
        <>
          <RatesFields name="rates" title="Dollars per million tokens" />
          <LongSwitch />
          {hasLong ? (
            <>
              <AmountField
                name="above"
                label="Long requests have more than"
                unit="tokens"
                hint="Input and cache tokens together. The whole request then costs these prices:"
              />
              <RatesFields name="long" title="Dollars per million tokens of a long request" />
            </>
          ) : null}
        </>
      ) : null}
      <Sample price={price} />
      <TextField
        name="reason"
        label="Reason"
        placeholder="New contract"
        autoComplete="off"
        maxLength={1000}
        hint="Shown in the audit log."
      />
    </>
  );
}

function SourceField({ price }: { price: ModelPrice }) {
  return (
    <FormField
      name="source"
      render={({ field }) => (
        <fieldset className="grid gap-1.5">
          <legend className="mb-1.5 font-medium text-base">Price</legend>
          <RadioGroup value={field.value} onValueChange={field.onChange} aria-label="Price">
            <RadioOption value="own" label="Own price" hint="What you pay by your contract." />
            {price.bundled ? (
              <RadioOption
                value="bundled"
                label="Bundled price"
                hint={`1,000 tokens in and 1,000 out: ${sampleCost(price.bundled)}.`}
              />
            ) : (
              <RadioOption
                value="bundled"
                label="No price"
                hint="Its tokens can no longer be tracked."
              />
            )}
          </RadioGroup>
        </fieldset>
      )}
    />
  );
}

function RatesFields({ name, title }: { name: string; title: string }) {
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-1.5 font-medium text-base">{title}</legend>
      <div className="grid gap-3 sm:grid-cols-2">
        <AmountField name={`${name}.input`} label="Text input" unit="$" />
        <AmountField name={`${name}.output`} label="Text output" unit="$" />
        {otherPools.map(({ key, label, as }) => (
          <AmountField
            key={key}
            name={`${name}.${key}`}
            label={label}
            unit="$"
            placeholder={`as ${as}`}
          />
        ))}
      </div>
    </fieldset>
  );
}

function LongSwitch() {
  return (
    <FormField
      name="hasLong"
      render={({ field }) => (
        <div className="flex items-center gap-2">
          <Switch id="long-switch" checked={field.value} onCheckedChange={field.onChange} />
          <Label htmlFor="long-switch">Long requests cost something else</Label>
        </div>
      )}
    />
  );
}

/** What a small call costs by the fields, beside what it costs now. */
function Sample({ price }: { price: ModelPrice | undefined }) {
  const [source, rates] = useWatch<PriceFields, ["source", "rates"]>({ name: ["source", "rates"] });
  const before = price?.rates ? sampleCost(price.rates) : null;
  const after = source === "own" ? typedCost(rates) : price?.bundled && sampleCost(price.bundled);
  return (
    <p className="rounded-md border bg-raised/40 p-3 text-sm" aria-live="polite">
      1,000 text tokens in and 1,000 out, without markup:{" "}
      <strong className="tabular-nums">{after ?? "—"}</strong>
      {before !== null && before !== after ? (
        <span className="text-muted-foreground"> (now {before})</span>
      ) : null}
    </p>
  );
}

function typedCost({ input, output }: PriceFields["rates"]): string | null {
  const [read, other] = [parseQuantity(input), parseQuantity(output)];
  if (!read.ok || !other.ok) return null;
  return sampleCost({ input: Number(read.value), output: Number(other.value) });
}

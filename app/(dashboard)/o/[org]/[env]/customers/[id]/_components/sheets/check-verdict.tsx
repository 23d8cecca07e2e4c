import { Decimal } from "decimal.js";
import { CircleCheck, CircleX } from "lucide-react";
import { formatQuantity } from "@/components/format";
import type { Feature } from "@/components/pickers/use-catalog";
import { Button } from "@/components/ui/button";
import { BalanceMeter } from "../../../_components/balance-meter";
import type { CheckAnswer } from "../../../_components/customer-types";

type CheckVerdictProps = {
  answer: CheckAnswer;
  feature: Feature | undefined;
  onGrant: ((featureId: string) => void) | null;
};

/** Allowed or denied, the steps that led there, and the smallest change that would lift a denial. */
export function CheckVerdict({ answer, feature, onGrant }: CheckVerdictProps) {
  if (!feature) return null;
  const Icon = answer.allowed ? CircleCheck : CircleX;
  const { steps, fix } = explainCheck(answer, feature);
  return (
    <section aria-label="Answer" className="grid gap-3 rounded-md border bg-raised p-3">
      <h3 className="flex items-center gap-2 font-semibold text-lg">
        <Icon className={answer.allowed ? "text-success" : "text-danger"} aria-hidden />
        {answer.allowed ? "Allowed" : "Denied"}
      </h3>
      <ol className="grid list-decimal gap-1 pl-5">
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {answer.balance ? <BalanceMeter label={feature.name} balance={answer.balance} /> : null}
      {fix ? (
        <div className="grid justify-items-start gap-2 border-t pt-3">
          <p>{fix}</p>
          {onGrant && feature.type !== "boolean" ? (
            <Button onClick={() => onGrant(feature.id)}>Grant {feature.name}</Button>
          ) : null}
        </div>
      ) : null}
    </section>
  );
}

/** The decision of a check in sentences, and what would turn a denial around. */
function explainCheck(
  answer: CheckAnswer,
  feature: Feature,
): { steps: string[]; fix: string | null } {
  const { name } = feature;
  if (feature.type === "boolean") {
    return answer.flag
      ? { steps: [`${name} is switched on here.`], fix: null }
      : {
          steps: [
            `${name} is a feature that is on or off.`,
            "No plan and no grant switches it on.",
          ],
          fix: `Attach a plan that includes ${name}.`,
        };
  }
  const { balance } = answer;
  const needed = formatQuantity(answer.required_balance);
  if (balance === null) {
    return {
      steps: ["No plan and no grant gives a balance of this feature here."],
      fix: `Grant at least ${needed} ${name}, or attach a plan that includes it.`,
    };
  }
  if (balance.unlimited) return { steps: [`${name} is unlimited here.`], fix: null };
  const left = `${formatQuantity(balance.remaining)} of ${formatQuantity(balance.granted)} are left.`;
  const missing = new Decimal(answer.required_balance).minus(balance.remaining);
  if (answer.allowed) {
    const beyond = missing.greaterThan(0)
      ? "Use beyond the balance is allowed here."
      : `${needed} are needed, and that is no more than is left.`;
    return { steps: [left, beyond], fix: null };
  }
  return {
    steps: [left, `${needed} are needed, ${formatQuantity(missing)} more than is left.`],
    fix: `Grant ${formatQuantity(missing)} ${name}${balance.next_reset_at === null ? "." : ", or wait until it resets."}`,
  };
}

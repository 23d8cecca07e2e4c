import { Info } from "lucide-react";
import { Alert, AlertDescription, AlertTitle } from "@/components/ui/alert";
import { type Plan, priceWords } from "../plan-types";

/** What a priced plan costs, to read: the form keeps prices as they are. */
export function PriceSection({ plan }: { plan: Plan | undefined }) {
  const priced = plan?.price !== null || plan.items.some(({ price }) => price !== null);
  if (plan === undefined || !priced) return null;
  return (
    <Alert tone="info">
      <Info aria-hidden />
      <AlertTitle>Price: {priceWords(plan)}</AlertTitle>
      <AlertDescription>
        Prices are set through the API, with <code className="font-mono">plans.update</code>. This
        form shows them and keeps them as they are.
      </AlertDescription>
    </Alert>
  );
}

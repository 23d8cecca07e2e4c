import { nothing } from "@/components/format";
import type { Column } from "@/components/tables/column-head";
import { Badge } from "@/components/ui/badge";
import { dollars, type ModelPrice, sampleCost } from "./price-values";

/** The columns of the list of model prices. */
export const priceColumns: readonly Column<ModelPrice>[] = [
  {
    key: "model",
    header: "Model",
    cell: ({ model }) => <span className="break-words font-mono text-sm">{model}</span>,
  },
  {
    key: "input",
    header: "Input, 1M",
    align: "end",
    cell: ({ rates }) => <Dollars amount={rates?.input} />,
  },
  {
    key: "output",
    header: "Output, 1M",
    align: "end",
    cell: ({ rates }) => <Dollars amount={rates?.output} />,
  },
  {
    key: "cacheRead",
    header: "Cache read, 1M",
    align: "end",
    narrow: "hide",
    cell: ({ rates }) => <Dollars amount={rates?.cacheRead} />,
  },
  {
    key: "call",
    header: "1,000 in + 1,000 out",
    align: "end",
    narrow: "hide",
    cell: ({ rates }) => (rates ? sampleCost(rates) : nothing),
  },
  {
    key: "source",
    header: "Price",
    cell: ({ ownSince }) =>
      ownSince === null ? (
        <span className="text-muted-foreground">Bundled</span>
      ) : (
        <Badge>Own</Badge>
      ),
  },
];

function Dollars({ amount }: { amount: number | null | undefined }) {
  if (amount === null || amount === undefined) {
    return <span className="text-muted-foreground">{nothing}</span>;
  }
  return dollars(amount);
}

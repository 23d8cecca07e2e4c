import type { Metadata } from "next";
import { ModelPricesScreen } from "./_components/model-prices-screen";

export const metadata: Metadata = { title: "Model prices" };

export default function ModelPricesPage() {
  return <ModelPricesScreen />;
}

import type { Metadata } from "next";
import { PlansScreen } from "./_components/plans-screen";

export const metadata: Metadata = { title: "Plans" };

export default function PlansPage() {
  return <PlansScreen />;
}

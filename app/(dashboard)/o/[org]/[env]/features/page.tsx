import type { Metadata } from "next";
import { FeaturesScreen } from "./_components/features-screen";

export const metadata: Metadata = { title: "Features" };

export default function FeaturesPage() {
  return <FeaturesScreen />;
}

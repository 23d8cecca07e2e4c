import type { Metadata } from "next";
import { NewPlanScreen } from "../_components/editor/editor-screen";

export const metadata: Metadata = { title: "New plan" };

export default function NewPlanPage() {
  return <NewPlanScreen />;
}

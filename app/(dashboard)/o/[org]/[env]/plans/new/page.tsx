import type { Metadata } from "next";
import { CreatePlanScreen } from "../_components/editor/editor-screen";

export const metadata: Metadata = { title: "New plan" };

export default function CreatePlanPage() {
  return <CreatePlanScreen />;
}

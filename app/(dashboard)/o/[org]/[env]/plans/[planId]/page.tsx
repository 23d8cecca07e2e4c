import type { Metadata } from "next";
import { PlanEditorScreen } from "../_components/editor/editor-screen";

type Props = { params: Promise<{ planId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Plan ${decodeURIComponent((await params).planId)}` };
}

export default async function PlanPage({ params }: Props) {
  const planId = decodeURIComponent((await params).planId);
  return <PlanEditorScreen key={planId} planId={planId} />;
}

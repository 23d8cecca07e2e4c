import type { Metadata } from "next";
import { VersionsScreen } from "./_components/versions-screen";

type Props = { params: Promise<{ planId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Versions of ${decodeURIComponent((await params).planId)}` };
}

export default async function PlanVersionsPage({ params }: Props) {
  return <VersionsScreen planId={decodeURIComponent((await params).planId)} />;
}

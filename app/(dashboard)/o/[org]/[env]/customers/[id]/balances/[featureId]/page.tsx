import type { Metadata } from "next";
import { LedgerScreen } from "./_components/ledger-screen";

export const metadata: Metadata = { title: "Ledger" };

type Props = { params: Promise<{ id: string; featureId: string }> };

export default async function LedgerPage({ params }: Props) {
  const { id, featureId } = await params;
  return <LedgerScreen id={decodeURIComponent(id)} featureId={decodeURIComponent(featureId)} />;
}

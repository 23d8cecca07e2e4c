import type { Metadata } from "next";
import { requireMembership } from "@/server/auth/require-membership";
import { KeysScreen } from "./_components/keys-screen";

export const metadata: Metadata = { title: "API keys" };

type Props = { params: Promise<{ org: string; env: string }> };

export default async function KeysPage({ params }: Props) {
  const { org, env } = await params;
  const place = await requireMembership(decodeURIComponent(org), decodeURIComponent(env));
  return <KeysScreen environment={place.env.name} live={place.env.kind === "live"} />;
}

import type { Metadata } from "next";
import { requireMembership } from "@/server/auth/require-membership";
import { publicUrl } from "@/server/tenancy/public-url";
import { QuickstartScreen } from "./_components/quickstart-screen";

export const metadata: Metadata = { title: "Quickstart" };

type Props = { params: Promise<{ org: string; env: string }> };

export default async function QuickstartPage({ params }: Props) {
  const { org, env } = await params;
  const place = await requireMembership(decodeURIComponent(org), decodeURIComponent(env));
  return (
    <QuickstartScreen environment={place.env.name} publicUrl={new URL(publicUrl("/")).origin} />
  );
}

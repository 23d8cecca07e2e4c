import type { Metadata } from "next";
import { requireMembership } from "@/server/auth/require-membership";
import { TeamScreen } from "./_components/team-screen";

export const metadata: Metadata = { title: "Team" };

type Props = { params: Promise<{ org: string; env: string }> };

export default async function TeamPage({ params }: Props) {
  const { org, env } = await params;
  const place = await requireMembership(decodeURIComponent(org), decodeURIComponent(env));
  return <TeamScreen organization={place.org.name} myUserId={place.caller.actor.id} />;
}

import type { Metadata } from "next";
import { requireMembership } from "@/server/auth/require-membership";
import { AccountScreen } from "./_components/account-screen";

export const metadata: Metadata = { title: "Account" };

type Props = { params: Promise<{ org: string; env: string }> };

export default async function AccountPage({ params }: Props) {
  const { org, env } = await params;
  const place = await requireMembership(decodeURIComponent(org), decodeURIComponent(env));
  return <AccountScreen email={place.caller.actor.label} />;
}

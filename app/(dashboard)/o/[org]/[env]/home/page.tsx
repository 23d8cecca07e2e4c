import type { Metadata } from "next";
import { requireMembership } from "@/server/auth/require-membership";
import { HomeScreen } from "./_components/home-screen";

export const metadata: Metadata = { title: "Home" };

type Props = { params: Promise<{ org: string; env: string }> };

export default async function HomePage({ params }: Props) {
  const { org, env } = await params;
  const place = await requireMembership(decodeURIComponent(org), decodeURIComponent(env));
  return <HomeScreen organization={place.org.name} environment={place.env.name} />;
}

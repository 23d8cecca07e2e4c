import { redirect } from "next/navigation";

type Props = { params: Promise<{ org: string; env: string }> };

export default async function EnvironmentPage({ params }: Props) {
  const { org, env } = await params;
  redirect(`/o/${org}/${env}/home`);
}

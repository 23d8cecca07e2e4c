import { cookies } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { requireSignedIn } from "@/server/auth/require-membership";
import { db } from "@/server/platform/db";
import { homePath, LAST_PLACE_COOKIE } from "@/server/tenancy/home-path";
import { listOrganizations } from "@/server/tenancy/organizations";

type Props = { params: Promise<{ org: string }> };

/** An organization's address without an environment: the last sandbox that was used, never live. */
export default async function OrganizationPage({ params }: Props) {
  const org = decodeURIComponent((await params).org);
  const signedIn = await requireSignedIn();
  const organizations = await listOrganizations(db(), signedIn);
  const lastPlace = (await cookies()).get(LAST_PLACE_COOKIE)?.value;
  redirect(homePath(organizations, { lastPlace, org }) ?? notFound());
}

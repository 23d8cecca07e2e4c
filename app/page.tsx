import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { currentSignedIn } from "@/server/auth/current-session";
import { db } from "@/server/platform/db";
import { hasOwner } from "@/server/tenancy/first-run";
import { homePath, LAST_PLACE_COOKIE } from "@/server/tenancy/home-path";
import { listOrganizations } from "@/server/tenancy/organizations";

/** Sends everybody where they belong: first run, sign-in, or where they worked last. */
export default async function StartPage() {
  const signedIn = await currentSignedIn();
  if (signedIn === null) redirect((await hasOwner(db())) ? "/sign-in" : "/setup");
  const organizations = await listOrganizations(db(), signedIn);
  const lastPlace = (await cookies()).get(LAST_PLACE_COOKIE)?.value;
  redirect(homePath(organizations, { lastPlace }) ?? "/create-organization");
}

import type { Metadata } from "next";
import { AuthCard } from "@/app/(auth)/_components/auth-card";
import { requireSignedIn } from "@/server/auth/require-membership";
import { NewOrganizationForm } from "./_components/new-organization-form";

export const metadata: Metadata = { title: "New organization" };

/** For another organization, and for somebody who is a member of none. */
export default async function NewOrganizationPage() {
  const signedIn = await requireSignedIn("/new-organization");
  return (
    <AuthCard
      title="New organization"
      description={`You are signed in as ${signedIn.email}, and will own it. To join an existing one, ask its owner for an invitation.`}
    >
      <NewOrganizationForm />
    </AuthCard>
  );
}

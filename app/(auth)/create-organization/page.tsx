import type { Metadata } from "next";
import { AuthCard } from "@/app/(auth)/_components/auth-card";
import { requireSignedIn } from "@/server/auth/require-membership";
import { CreateOrganizationForm } from "./_components/create-organization-form";

export const metadata: Metadata = { title: "Create an organization" };

/** For another organization, and for somebody who is a member of none. */
export default async function CreateOrganizationPage() {
  const signedIn = await requireSignedIn();
  return (
    <AuthCard
      title="Create an organization"
      description={`You are signed in as ${signedIn.email}, and will own it. To join an existing one, ask its owner for an invitation.`}
    >
      <CreateOrganizationForm />
    </AuthCard>
  );
}

import type { Metadata } from "next";
import Link from "next/link";
import { AuthCard } from "@/app/(auth)/_components/auth-card";
import { buttonVariants } from "@/components/ui/button";
import { currentSignedIn } from "@/server/auth/current-session";
import { outsideWays } from "@/server/auth/outside-providers";
import type { SignedIn } from "@/server/auth/session";
import { ROLE_SENTENCES, roleName } from "@/server/core/role";
import { db } from "@/server/platform/db";
import { findInvitation, type OpenInvitation } from "@/server/tenancy/invitations";
import { JoinSignedIn, SignOutFirst } from "./_components/join-signed-in";
import { SignUpAndJoin } from "./_components/sign-up-and-join";

export const metadata: Metadata = { title: "Invitation" };

type Props = { params: Promise<{ token: string }> };

/** Where an invitation's link leads: sign up, sign in, or just join. */
export default async function InvitePage({ params }: Props) {
  const { token } = await params;
  const invitation = await findInvitation(db(), token);
  if (invitation === null) return <Gone />;
  const signedIn = await currentSignedIn();
  return (
    <AuthCard title={`Join ${invitation.orgName}`} description={sentenceOf(invitation)}>
      <NextStep token={token} invitation={invitation} signedIn={signedIn} />
    </AuthCard>
  );
}

type NextStepProps = { token: string; invitation: OpenInvitation; signedIn: SignedIn | null };

function NextStep({ token, invitation, signedIn }: NextStepProps) {
  if (signedIn?.email === invitation.email) {
    return <JoinSignedIn token={token} email={signedIn.email} />;
  }
  if (signedIn !== null) {
    return <SignOutFirst token={token} invited={invitation.email} current={signedIn.email} />;
  }
  const signInPath = `/sign-in?next=${encodeURIComponent(`/invite/${token}`)}`;
  if (invitation.hasAccount) {
    return (
      <div className="grid gap-4">
        <p className="text-base">
          There is an account for <strong>{invitation.email}</strong>. Sign in to accept.
        </p>
        <Link href={signInPath} className={buttonVariants({ variant: "primary" })}>
          Sign in
        </Link>
      </div>
    );
  }
  const ways = outsideWays();
  const otherWay = ways.emailLink || ways.github || ways.google;
  return (
    <SignUpAndJoin
      token={token}
      email={invitation.email}
      signInPath={otherWay ? signInPath : null}
    />
  );
}

function Gone() {
  return (
    <AuthCard
      title="This invitation does not work"
      description="It was used, taken back or has expired. Ask whoever sent it for another one."
    >
      <Link href="/sign-in" className={buttonVariants()}>
        Go to sign-in
      </Link>
    </AuthCard>
  );
}

function sentenceOf({ invitedBy, role }: OpenInvitation): string {
  const who = invitedBy === null ? "You are invited" : `${invitedBy} invites you`;
  return `${who} in the role ${roleName(role)}. ${ROLE_SENTENCES[role]}`;
}

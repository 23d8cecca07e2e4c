import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AuthCard } from "@/app/(auth)/_components/auth-card";
import { currentSignedIn } from "@/server/auth/current-session";
import { outsideWays } from "@/server/auth/outside-providers";
import { ownPath } from "@/server/auth/own-path";
import { db } from "@/server/platform/db";
import { hasOwner } from "@/server/tenancy/first-run";
import { SignInForm } from "./_components/sign-in-form";

export const metadata: Metadata = { title: "Sign in" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function SignInPage({ searchParams }: Props) {
  const { next, callbackUrl, error } = await searchParams;
  const target = ownPath(next ?? callbackUrl);
  if ((await currentSignedIn()) !== null) redirect(target);
  if (!(await hasOwner(db()))) redirect("/setup");
  return (
    <AuthCard title="Sign in">
      <SignInForm
        next={target}
        ways={outsideWays()}
        initialError={typeof error === "string" ? error : null}
      />
    </AuthCard>
  );
}

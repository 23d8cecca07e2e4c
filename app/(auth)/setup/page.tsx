import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AuthCard } from "@/app/(auth)/_components/auth-card";
import { db } from "@/server/platform/db";
import { env } from "@/server/platform/env";
import { hasOwner } from "@/server/tenancy/first-run";
import { SetupForm } from "./_components/setup-form";

export const metadata: Metadata = { title: "Set up" };

/** The first run; gone as soon as somebody owns the installation. */
export default async function SetupPage() {
  if (await hasOwner(db())) redirect("/");
  if (env().WINDFALL_SETUP_TOKEN === undefined) {
    return (
      <AuthCard
        title="Set up Windfall"
        description="Set the variable WINDFALL_SETUP_TOKEN to a secret of at least 16 characters and start Windfall again. This page then asks for it, so that nobody else can become the first owner."
      />
    );
  }
  return (
    <AuthCard
      title="Set up Windfall"
      description="Create your account and your organization. You will be its owner."
    >
      <SetupForm />
    </AuthCard>
  );
}

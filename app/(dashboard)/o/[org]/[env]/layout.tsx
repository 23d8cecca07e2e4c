import type { Metadata } from "next";
import type { ReactNode } from "react";
import type { ShellPlace } from "@/components/layout/shell-types";
import { RightsProvider } from "@/components/rights";
import { TrpcProvider } from "@/components/trpc";
import { requireMembership, requireSignedIn } from "@/server/auth/require-membership";
import { leastRoles } from "@/server/auth/scopes";
import { db } from "@/server/platform/db";
import { env as variables } from "@/server/platform/env";
import { listOrganizations } from "@/server/tenancy/organizations";
import { Shell } from "./_components/shell";

type Params = { params: Promise<{ org: string; env: string }> };

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  const { org, env } = await placeOf(params);
  const place = `${org.name} · ${env.name} · Windfall`;
  return { title: { template: `%s · ${place}`, default: place } };
}

/** Finds out once who is where, with which role; every page below relies on it. */
export default async function PlaceLayout({ params, children }: Params & { children: ReactNode }) {
  const { org, env, role, caller } = await placeOf(params);
  const shellPlace = await shellPlaceOf(org.slug, env.slug);
  return (
    <TrpcProvider place={{ org: org.slug, env: env.slug }}>
      <RightsProvider role={role} scopes={[...caller.scopes]} leastRoles={leastRoles()}>
        <Shell place={shellPlace}>{children}</Shell>
      </RightsProvider>
    </TrpcProvider>
  );
}

async function placeOf(params: Params["params"]) {
  const { org, env } = await params;
  return requireMembership(decodeURIComponent(org), decodeURIComponent(env));
}

async function shellPlaceOf(orgSlug: string, envSlug: string): Promise<ShellPlace> {
  const { org, env, role } = await requireMembership(orgSlug, envSlug);
  const signedIn = await requireSignedIn();
  const organizations = await listOrganizations(db(), signedIn);
  const here = organizations.find(({ slug }) => slug === org.slug);
  return {
    organization: { slug: org.slug, name: org.name },
    organizations: organizations.map(({ slug, name }) => ({ slug, name })),
    environment: { slug: env.slug, name: env.name, live: env.kind === "live" },
    environments: (here?.environments ?? []).map(({ slug, name, kind }) => ({
      slug,
      name,
      live: kind === "live",
    })),
    user: { name: signedIn.name ?? signedIn.email, email: signedIn.email, role },
    // Every role may look at every page; what it may not do is said where it would be done.
    lockedPages: [],
    version: variables().WINDFALL_VERSION,
  };
}

import type { ListedOrganization } from "./organizations";

/** Where a browser keeps the place it was in last, as `org/env`. */
export const LAST_PLACE_COOKIE = "windfall_place";

/**
 * The page to open for an address that names no environment: where the person worked last, never
 * live by itself. `null` when they are in no organization, or not in the one that is asked for.
 */
export function homePath(
  organizations: readonly Pick<ListedOrganization, "slug" | "environments">[],
  wanted: { lastPlace: string | undefined; org?: string },
): string | null {
  const [lastOrg, lastEnv] = wanted.lastPlace?.split("/").map(decoded) ?? [];
  const slug = wanted.org ?? lastOrg;
  const named = organizations.find((organization) => organization.slug === slug);
  const organization = named ?? (wanted.org === undefined ? organizations[0] : undefined);
  if (organization === undefined) return null;
  const sandboxes = organization.environments.filter(({ kind }) => kind === "sandbox");
  const last = organization.slug === lastOrg ? lastEnv : undefined;
  const environment = sandboxes.find((sandbox) => sandbox.slug === last) ?? sandboxes[0];
  if (environment === undefined) return null;
  return `/o/${encodeURIComponent(organization.slug)}/${encodeURIComponent(environment.slug)}/home`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

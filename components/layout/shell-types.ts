import type { NavigationKey } from "@/components/layout/navigation";

type ShellOrganization = { slug: string; name: string };

/** `live` is decided by the server, never guessed from the slug or the name. */
export type ShellEnvironment = { slug: string; name: string; live: boolean };

export type ShellUser = { name: string; email: string; role: string };

/** Where the operator is, who they are, and what they may not open. */
export type ShellPlace = {
  organization: ShellOrganization;
  organizations: readonly ShellOrganization[];
  environment: ShellEnvironment;
  environments: readonly ShellEnvironment[];
  user: ShellUser;
  /** Pages that stay in the sidebar with a lock. */
  lockedPages: readonly NavigationKey[];
  /** The running version of the product. */
  version: string;
};

import { SCOPES, type Scope } from "../platform/scope";

/** The roles a member can have, the mightiest first. */
export const ROLES = ["owner", "admin", "developer", "support", "viewer"] as const;

export type Role = (typeof ROLES)[number];

const READS = SCOPES.filter((scope) => scope.endsWith(":read"));

const SCOPES_OF: Readonly<Record<Role, ReadonlySet<Scope>>> = {
  owner: new Set(SCOPES),
  // What only an owner may do to other owners is a rule of `tenancy/members`, not a scope.
  admin: new Set(SCOPES),
  developer: new Set(SCOPES.filter((scope) => scope !== "members:write")),
  support: new Set<Scope>([...READS, "customers:write", "balances:write"]),
  viewer: new Set(READS),
};

/** The rights of a role. */
export function scopesOf(role: Role): ReadonlySet<Scope> {
  return SCOPES_OF[role];
}

/** Reads a role out of the database, whose check constraint allows only these words. */
export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}

/** The rights that a secret key can be given: those that operations of the public API ask for. */
export const KEY_SCOPES: readonly Scope[] = SCOPES.filter(
  (scope) => !scope.startsWith("keys:") && !scope.startsWith("members:"),
);

/** What a publishable key may reach; each operation decides besides whether it is public at all. */
export const PUBLISHABLE_SCOPES: readonly Scope[] = [
  "plans:read",
  "customers:read",
  "balances:read",
];

import { ROLES, type Role } from "../core/role";
import { SCOPES, type Scope } from "../platform/scope";

const READS = SCOPES.filter((scope) => scope.endsWith(":read"));

const SCOPES_OF: Readonly<Record<Role, ReadonlySet<Scope>>> = {
  owner: new Set(SCOPES),
  // What only an owner may do to other owners is a rule of `tenancy/members.ts`, not a scope.
  admin: new Set(SCOPES),
  developer: new Set(SCOPES.filter((scope) => scope !== "members:write")),
  support: new Set<Scope>([...READS, "customers:write", "balances:write"]),
  viewer: new Set(READS),
};

/** The rights of a role. */
export function scopesOf(role: Role): ReadonlySet<Scope> {
  return SCOPES_OF[role];
}

/** The least role that has each right, for telling people whom to ask. */
export function leastRoles(): Record<Scope, Role> {
  const least = (scope: Scope) => ROLES.findLast((role) => SCOPES_OF[role].has(scope)) ?? "owner";
  return Object.fromEntries(SCOPES.map((scope) => [scope, least(scope)])) as Record<Scope, Role>;
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

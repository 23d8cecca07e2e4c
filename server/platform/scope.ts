/**
 * The rights a key or a role can hold. An operation names the one it needs; a command that is also
 * a query (see `operation.ts`) needs its command scope on top.
 */
export const SCOPES = [
  "features:read",
  "features:write",
  "plans:read",
  "plans:write",
  "customers:read",
  "customers:write",
  "customers:delete",
  "balances:read",
  "balances:write",
  "billing:read",
  "billing:write",
  "events:read",
  "keys:read",
  "keys:write",
  "members:read",
  "members:write",
] as const;

export type Scope = (typeof SCOPES)[number];

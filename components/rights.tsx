"use client";

import { createContext, type ReactNode, use, useMemo } from "react";
import type { Role } from "@/server/core/role";
import type { Scope } from "@/server/platform/scope";

/** What the signed-in person may do here. The server enforces the same, whatever a screen shows. */
export interface Rights {
  readonly role: Role;
  may(scope: Scope): boolean;
  /** The least role that has the right. */
  neededRole(scope: Scope): Role;
  /** Why a button cannot be pressed, for `GuardedButton`; `null` when it can. */
  refusal(scope: Scope): string | null;
}

const RightsContext = createContext<Rights | null>(null);

type RightsProviderProps = {
  role: Role;
  scopes: readonly Scope[];
  leastRoles: Readonly<Record<Scope, Role>>;
  children: ReactNode;
};

/** Tells the screens below it the role that the server found. */
export function RightsProvider({ role, scopes, leastRoles, children }: RightsProviderProps) {
  const rights = useMemo<Rights>(
    () => ({
      role,
      may: (scope) => scopes.includes(scope),
      neededRole: (scope) => leastRoles[scope],
      refusal: (scope) =>
        scopes.includes(scope)
          ? null
          : `This needs the role ${leastRoles[scope]}; yours is ${role}. An owner or admin can change it.`,
    }),
    [role, scopes, leastRoles],
  );
  return <RightsContext value={rights}>{children}</RightsContext>;
}

/** The rights in the open organization; only below the dashboard's layout. */
export function useRights(): Rights {
  const rights = use(RightsContext);
  if (rights === null) throw new Error("useRights works only below the dashboard's layout.");
  return rights;
}

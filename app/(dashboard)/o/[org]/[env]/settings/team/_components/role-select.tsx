"use client";

import { Lock } from "lucide-react";
import { useRights } from "@/components/rights";
import {
  Select,
  SelectContent,
  SelectItem,
  SelectTrigger,
  SelectValue,
} from "@/components/ui/select";
import { Tooltip, TooltipContent, TooltipTrigger } from "@/components/ui/tooltip";
import { isRole, ROLE_SENTENCES, ROLES, type Role, roleName } from "@/server/core/role";
import type { Member } from "./member-list";

type RoleSelectProps = {
  member: Member;
  /** Why it cannot be changed; `null` when it can. */
  reason: string | null;
  pending: boolean;
  onChange: (role: Role) => void;
};

/** A member's role; where it cannot be changed, the reason instead of a dead control. */
export function RoleSelect({ member, reason, pending, onChange }: RoleSelectProps) {
  const roles = useAssignableRoles();
  const label = `Role of ${member.name ?? member.email}`;
  if (reason !== null) {
    return (
      <Tooltip>
        <TooltipTrigger className="flex h-8 cursor-default! items-center gap-1.5 rounded-sm text-start">
          {roleName(member.role)}
          <Lock className="size-3 text-muted-foreground" aria-hidden />
          <span className="sr-only">{reason}</span>
        </TooltipTrigger>
        <TooltipContent>{reason}</TooltipContent>
      </Tooltip>
    );
  }
  return (
    <Select
      value={member.role}
      disabled={pending}
      onValueChange={(value) => isRole(value) && onChange(value)}
    >
      <SelectTrigger aria-label={label} className="w-36" aria-busy={pending || undefined}>
        <SelectValue />
      </SelectTrigger>
      <SelectContent>
        {roles.map((role) => (
          <SelectItem key={role} value={role} hint={ROLE_SENTENCES[role]}>
            {roleName(role)}
          </SelectItem>
        ))}
      </SelectContent>
    </Select>
  );
}

/** The roles that the signed-in person can give: only an owner makes owners. */
export function useAssignableRoles(): readonly Role[] {
  const { role } = useRights();
  return role === "owner" ? ROLES : ROLES.filter((candidate) => candidate !== "owner");
}

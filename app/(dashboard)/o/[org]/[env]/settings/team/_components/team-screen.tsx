"use client";

import { useQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { GuardedButton } from "@/components/guarded-button";
import { PageHeader } from "@/components/layout/page-header";
import { useShortcut } from "@/components/layout/shortcuts";
import { useRights } from "@/components/rights";
import { useTRPC } from "@/components/trpc";
import { InvitationList } from "./invitation-list";
import { InviteSheet } from "./invite-sheet";
import { MemberList } from "./member-list";

type TeamScreenProps = { organization: string; myUserId: string };

/** Who is in the organization, with which role, and who is invited. */
export function TeamScreen({ organization, myUserId }: TeamScreenProps) {
  const trpc = useTRPC();
  const members = useQuery(trpc.members.list.queryOptions());
  const invitations = useQuery(trpc.invitations.list.queryOptions());
  const [inviting, setInviting] = useState(false);
  const refusal = useRights().refusal("members:write");
  const open = () => setInviting(true);
  useShortcut(
    refusal === null ? { keys: "n", label: "Invite", group: "On this page", run: open } : null,
  );
  return (
    <>
      <PageHeader
        title="Team"
        description={`The people of ${organization}. They see all of its environments.`}
        actions={
          <GuardedButton variant="primary" reason={refusal} onClick={open}>
            <UserPlus aria-hidden />
            Invite
          </GuardedButton>
        }
      />
      <MemberList members={members} myUserId={myUserId} refusal={refusal} />
      <InvitationList invitations={invitations} refusal={refusal} />
      <InviteSheet open={inviting} onOpenChange={setInviting} organization={organization} />
    </>
  );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useFieldArray, useFormContext, useFormState } from "react-hook-form";
import { useTRPC } from "@/components/trpc";
import { Button } from "@/components/ui/button";
import type { Feature } from "../feature-types";
import { MemberCard } from "./member-card";
import { blankMember, type MemberFields } from "./member-values";

type MembersForm = { members: MemberFields[] };

/** The features that credits pay for, each with its cost. */
export function MembersField() {
  const { control } = useFormContext<MembersForm>();
  const members = useFieldArray({ control, name: "members" });
  const { errors } = useFormState<MembersForm>({ control, name: "members" });
  const features = useMemberFeatures();
  const problem = errors.members?.root?.message ?? errors.members?.message;
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-1.5 font-medium text-base">What the credits pay for</legend>
      <p className="text-muted-foreground text-sm">
        A use is taken from the feature's own balance first, the rest from credits. A changed cost
        applies to later uses only.
      </p>
      {members.fields.map((field, n) => (
        <MemberCard
          key={field.id}
          name={`members.${n}`}
          position={n + 1}
          features={features}
          onRemove={() => members.remove(n)}
        />
      ))}
      {problem ? (
        <p role="alert" className="text-danger text-sm">
          {problem}
        </p>
      ) : null}
      <Button
        size="sm"
        className="justify-self-start"
        data-field="members"
        onClick={() =>
          members.append(blankMember, { focusName: `members.${members.fields.length}.feature` })
        }
      >
        <Plus aria-hidden />
        Add feature
      </Button>
    </fieldset>
  );
}

/** What credits may pay for: what is counted and used up, and AI credits. */
function useMemberFeatures(): readonly Feature[] {
  const trpc = useTRPC();
  const features = useQuery(trpc.api.features.list.queryOptions({ include_archived: true }));
  return (features.data?.list ?? []).filter(
    ({ type, consumable }) => (type === "metered" && consumable) || type === "ai_credit_system",
  );
}

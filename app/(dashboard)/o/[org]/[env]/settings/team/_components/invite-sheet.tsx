"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { SheetForm } from "@/components/forms/sheet-form";
import { callErrorOf, useTRPC } from "@/components/trpc";
import { FormControl, FormField, FormItem, FormLabel, FormMessage } from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import { RadioGroup, RadioOption } from "@/components/ui/radio-group";
import {
  Sheet,
  SheetContent,
  SheetDescription,
  SheetHeader,
  SheetTitle,
} from "@/components/ui/sheet";
import { ROLE_SENTENCES, ROLES, roleName } from "@/server/core/role";
import { type CreatedInvitation, InvitationLink } from "./invitation-link";
import { useAssignableRoles } from "./role-select";

const InviteValues = z.object({
  email: z.email("Write an e-mail address, such as ana@example.com."),
  role: z.enum(ROLES),
});

const BLANK: z.input<typeof InviteValues> = { email: "", role: "developer" };

type InviteSheetProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  organization: string;
};

/** Makes an invitation, and shows its link: the only time that it can be seen. */
export function InviteSheet({ open, onOpenChange, organization }: InviteSheetProps) {
  const [created, setCreated] = useState<CreatedInvitation | null>(null);
  const change = (next: boolean) => {
    onOpenChange(next);
    if (!next) setCreated(null);
  };
  return (
    <Sheet open={open} onOpenChange={change}>
      <SheetContent>
        <SheetHeader>
          <SheetTitle>{created === null ? "Invite somebody" : "Invitation"}</SheetTitle>
          <SheetDescription>To {organization}.</SheetDescription>
        </SheetHeader>
        {created === null ? (
          <InviteForm onCreated={setCreated} onCancel={() => change(false)} />
        ) : (
          <InvitationLink invitation={created} onDone={() => change(false)} />
        )}
      </SheetContent>
    </Sheet>
  );
}

type InviteFormProps = {
  onCreated: (created: CreatedInvitation) => void;
  onCancel: () => void;
};

function InviteForm({ onCreated, onCancel }: InviteFormProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const roles = useAssignableRoles();
  const invite = useMutation(trpc.invitations.create.mutationOptions({ gcTime: 0 }));
  const form = useForm({ resolver: zodResolver(InviteValues), defaultValues: BLANK });
  const submit = async (values: z.output<typeof InviteValues>) => {
    try {
      const { path, mailed } = await invite.mutateAsync(values);
      await queryClient.invalidateQueries(trpc.invitations.list.queryFilter());
      onCreated({ email: values.email, link: new URL(path, window.location.href).href, mailed });
    } catch {
      // The mutation keeps the error, which the form shows.
    }
  };
  return (
    <SheetForm
      form={form}
      verb="Create invitation"
      onSubmit={submit}
      onCancel={onCancel}
      failure={invite.error ? callErrorOf(invite.error) : null}
    >
      <FormField
        control={form.control}
        name="email"
        render={({ field }) => (
          <FormItem>
            <FormLabel>E-mail</FormLabel>
            <FormControl>
              <Input {...field} type="email" autoComplete="off" />
            </FormControl>
            <FormMessage />
          </FormItem>
        )}
      />
      <FormField
        control={form.control}
        name="role"
        render={({ field }) => (
          <fieldset className="grid gap-1.5">
            <legend className="mb-1.5 font-medium text-base">Role</legend>
            <RadioGroup value={field.value} onValueChange={field.onChange} aria-label="Role">
              {roles.map((role) => (
                <RadioOption
                  key={role}
                  value={role}
                  label={roleName(role)}
                  hint={ROLE_SENTENCES[role]}
                />
              ))}
            </RadioGroup>
          </fieldset>
        )}
      />
    </SheetForm>
  );
}

"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { toast } from "sonner";
import { z } from "zod";
import { formFailure } from "@/components/forms/form-failure";
import { FormSheet } from "@/components/forms/form-sheet";
import { SheetForm } from "@/components/forms/sheet-form";
import { TextField } from "@/components/forms/text-field";
import { useCommandKey } from "@/components/forms/use-command-key";
import { useUnsavedChanges } from "@/components/forms/use-unsaved-changes";
import { requestLeave } from "@/components/leave-guard";
import type { CatalogNames } from "@/components/pickers/use-catalog";
import { useTRPC } from "@/components/trpc";
import type { CustomerScope } from "../use-customer-scope";
import { FeatureField } from "./feature-field";

const EntityValues = z.object({
  feature: z.string().min(1, "Choose what kind of entity it is."),
  name: z.string().trim().max(500, "Use at most 500 characters."),
  id: z.string().trim().min(1, "Give the entity an ID.").max(256, "Use at most 256 characters."),
});

type CreateEntitySheetProps = {
  open: boolean;
  onClose: () => void;
  scope: CustomerScope;
  catalog: CatalogNames;
  onCreated: (entityId: string) => void;
};

/** Makes an entity of the customer, such as a seat, which uses one unit of its feature. */
export function CreateEntitySheet({ open, onClose, ...content }: CreateEntitySheetProps) {
  const seats = content.catalog.metered.filter(({ consumable }) => !consumable);
  return (
    <FormSheet
      open={open}
      onClose={onClose}
      title={`${content.scope.customer.name || content.scope.customerId} · Create an entity`}
      description="A part of the customer with balances of its own, such as a seat or a workspace."
    >
      {seats.length === 0 ? (
        <p className="p-5 text-muted-foreground">
          An entity belongs to a feature that is held rather than used up, such as seats. There is
          none yet: create one under Features first.
        </p>
      ) : (
        <CreateEntityForm {...content} seats={seats} onClose={onClose} />
      )}
    </FormSheet>
  );
}

type CreateEntityFormProps = Omit<CreateEntitySheetProps, "open"> & {
  seats: CatalogNames["metered"];
};

function CreateEntityForm({ scope, seats, onCreated, onClose }: CreateEntityFormProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const idempotency_key = useCommandKey();
  const create = useMutation(trpc.api.entities.create.mutationOptions());
  const form = useForm({
    resolver: zodResolver(EntityValues),
    mode: "onTouched",
    defaultValues: { feature: seats[0]?.id ?? "", name: "", id: "" },
  });
  const unsaved = useUnsavedChanges(form.formState.isDirty && !create.isSuccess);

  async function submit({ feature, name, id }: z.output<typeof EntityValues>): Promise<void> {
    const entity = await create
      .mutateAsync({
        idempotency_key,
        customer_id: scope.customerId,
        entity_id: id,
        feature_id: feature,
        name: name || null,
      })
      .catch(() => null);
    if (entity === null) return;
    toast.success(`${name || id} created`);
    void queryClient.invalidateQueries();
    onCreated(id);
  }

  return (
    <>
      <SheetForm
        form={form}
        onSubmit={submit}
        onCancel={() => requestLeave(onClose)}
        verb="Create entity"
        failure={formFailure(create.error)}
      >
        <FeatureField features={seats} />
        <TextField name="name" label="Name" optional autoComplete="off" />
        <TextField
          name="id"
          label="ID"
          hint="The ID that it has in your own system, such as seat_1."
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          className="font-mono"
        />
      </SheetForm>
      {unsaved.dialog}
    </>
  );
}

"use client";

import { useState } from "react";
import { Input } from "@/components/ui/input";
import { NativeSelect } from "@/components/ui/select";

const prefix = "properties.";
const another = "another";

type GroupChoiceProps = {
  /** `properties.NAME`, `$customer_id`, `$entity_id`, `$plan_id`, or null for no grouping. */
  group: string | null;
  properties: readonly string[];
  /** Entities can be told apart only within one customer. */
  withEntities: boolean;
  onChange: (group: string | null) => void;
};

/** By what the bars are divided. */
export function GroupChoice({ group, properties, withEntities, onChange }: GroupChoiceProps) {
  const [naming, setNaming] = useState(false);
  const own = group?.startsWith(prefix) ? group.slice(prefix.length) : null;
  const names = [...new Set([...properties, ...(own ? [own] : [])])].sort();

  function name(text: string): void {
    setNaming(false);
    if (text.trim() !== "") onChange(`${prefix}${text.trim()}`);
  }

  return (
    <>
      <NativeSelect
        aria-label="Group by"
        className="w-48"
        value={naming ? another : (group ?? "")}
        onChange={({ target }) => {
          setNaming(target.value === another);
          if (target.value !== another) onChange(target.value || null);
        }}
      >
        <option value="">Not grouped</option>
        <option value="$customer_id">By customer</option>
        {withEntities ? <option value="$entity_id">By entity</option> : null}
        <option value="$plan_id">By plan that it drew on</option>
        {names.map((property) => (
          <option key={property} value={`${prefix}${property}`}>
            By {property}
          </option>
        ))}
        <option value={another}>By another property…</option>
      </NativeSelect>
      {naming ? (
        <Input
          aria-label="Name of the property"
          placeholder="Property, such as model"
          className="w-48"
          maxLength={256}
          // The operator has just asked for it.
          ref={(field) => field?.focus()}
          onBlur={({ target }) => name(target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") name(event.currentTarget.value);
            if (event.key === "Escape") setNaming(false);
          }}
        />
      ) : null}
    </>
  );
}

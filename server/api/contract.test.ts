import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type ContractSchema, contractOf, resolved } from "../testing/contract";
import { allOperations } from "./operations";

/** A value that no neutral value equals, so that an unsupported field must be refused. */
const PROBES: readonly unknown[] = ["probe", 7, true, { probe: true }, ["probe"]];

interface ShapeField {
  readonly name: string;
  readonly schema: z.ZodType;
}

function fieldsOf(schema: z.ZodType): ShapeField[] {
  if (schema instanceof z.ZodPipe) return fieldsOf(schema.in as z.ZodType);
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    schema: field as z.ZodType,
  }));
}

function isUnsupported(schema: z.ZodType): boolean {
  return schema.meta()?.notSupported !== undefined;
}

function requestFields(schema: ContractSchema | null | undefined): string[] {
  return schema === undefined || schema === null
    ? []
    : Object.keys(resolved(schema).properties ?? {});
}

describe.each(allOperations().filter(([name]) => contractOf(name) !== null))(
  "%s",
  (name, { spec }) => {
    const fields = fieldsOf(spec.input);
    const known = new Map(fields.map((field) => [field.name, field.schema]));

    it("knows every field of the contract, as supported or as refused by name", () => {
      const missing = requestFields(contractOf(name)?.request).filter((field) => !known.has(field));
      expect(missing).toEqual([]);
    });

    it("refuses what it does not support by name, and never ignores it", () => {
      for (const { name: field } of fields.filter(({ schema }) => isUnsupported(schema))) {
        for (const probe of PROBES) {
          const result = spec.input.safeParse({ ...(spec.example as object), [field]: probe });
          if (result.success) continue;
          const issue = result.error.issues.find(({ path }) => path[0] === field);
          expect(issue?.message, field).toContain(`'${field}' is not supported`);
        }
        const refused = PROBES.filter(
          (probe) => !spec.input.safeParse({ ...(spec.example as object), [field]: probe }).success,
        );
        expect(refused.length, field).toBeGreaterThanOrEqual(PROBES.length - 1);
      }
    });
  },
);

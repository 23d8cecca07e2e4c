import { readFileSync } from "node:fs";

/** A JSON schema as the published contract writes it. */
export interface ContractSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, ContractSchema>>;
  readonly required?: readonly string[];
  readonly items?: ContractSchema;
  readonly anyOf?: readonly ContractSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

export interface ContractOperation {
  readonly operationId: string;
  readonly path: string;
  readonly version: string;
  /** Null where the contract has no body. */
  readonly request?: ContractSchema | null;
  readonly responses: Readonly<Record<string, ContractSchema>>;
}

interface Contract {
  readonly operations: readonly ContractOperation[];
  readonly $defs: Readonly<Record<string, ContractSchema>>;
}

/** The wire contract of the published clients, as committed data. */
export const contract = JSON.parse(
  readFileSync(new URL("./fixtures/operations.json", import.meta.url), "utf8"),
) as Contract;

/** The contract of `POST /v1/<name>`, or null for an operation of our own. */
export function contractOf(name: string): ContractOperation | null {
  return contract.operations.find(({ path }) => path === `/v1/${name}`) ?? null;
}

/** Follows a reference into the shared definitions. */
export function resolved(schema: ContractSchema): ContractSchema {
  const name = schema.$ref?.replace("#/$defs/", "");
  return name === undefined ? schema : resolved(contract.$defs[name] ?? {});
}

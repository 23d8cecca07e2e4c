import type { z } from "zod";
import type { Ctx } from "./context";
import type { Scope } from "./scope";

export type OperationKind = "query" | "command";

/**
 * Field names of the user's guides: each is another name for a contract field, or a function that
 * turns its value into contract fields. A field that is also sent under its own name wins.
 */
type Aliases = Readonly<
  Record<string, string | ((value: unknown) => Readonly<Record<string, unknown>>)>
>;

/** A fixed kind, or a function where the input decides, as `check` with `send_event` does. */
export type KindOf<Input extends z.ZodType> =
  | OperationKind
  | ((input: z.output<Input>) => OperationKind);

/** The public contract of an operation; every transport is derived from it. */
export interface OperationSpec<
  Input extends z.ZodType,
  Output extends z.ZodType,
  Kind extends KindOf<Input> = KindOf<Input>,
> {
  readonly kind: Kind;
  readonly scope: Scope;
  /** Needed on top of `scope` when an operation that decides by input is a command. */
  readonly commandScope?: Scope;
  readonly summary: string;
  readonly description?: string;
  readonly input: Input;
  readonly output: Output;
  /** Other names accepted at the edge for top-level fields, one map per operation. */
  readonly aliases?: Aliases;
  /** May be called with a publishable key, as long as it is a query. */
  readonly publishable?: boolean;
  /** Its own read confirms that the key is not revoked, so that a cached key may start it. */
  readonly confirmsKey?: boolean;
  /** Usage: its idempotency keys are kept for 400 days instead of 30. */
  readonly usage?: boolean;
  /** Of an answer that succeeds, where the contract wants another than 200. */
  readonly successStatus?: 202;
  /** The largest body it takes, where the contract wants another than 1 MB. */
  readonly bodyLimitBytes?: number;
  /** The codes it can answer beside those every operation has; for the reference. */
  readonly errors?: readonly string[];
  /** A valid request body, shown in the reference and parsed by the conformance test. */
  readonly example: z.input<Input>;
}

/** An operation is a function that knows its contract. `input` has been parsed by `spec.input`. */
export interface Operation<
  Input extends z.ZodType,
  Output extends z.ZodType,
  Kind extends KindOf<Input> = KindOf<Input>,
> {
  (ctx: Ctx, input: z.output<Input>): Promise<z.input<Output>>;
  readonly spec: OperationSpec<Input, Output, Kind>;
}

/** Joins a contract and the code that fulfils it. */
export function operation<
  Input extends z.ZodType,
  Output extends z.ZodType,
  const Kind extends KindOf<Input>,
>(
  spec: OperationSpec<Input, Output, Kind>,
  run: (ctx: Ctx, input: z.output<Input>) => Promise<z.input<Output>>,
): Operation<Input, Output, Kind> {
  return Object.assign((ctx: Ctx, input: z.output<Input>) => run(ctx, input), { spec });
}

/** What this call is, given its parsed input. */
export function kindOf(spec: AnyOperation["spec"], input: unknown): OperationKind {
  return typeof spec.kind === "function" ? spec.kind(input as never) : spec.kind;
}

/**
 * An operation of any contract, as the transports see it: `never` accepts whatever the operation's
 * own schema has parsed, and nothing else may be passed.
 */
export interface AnyOperation {
  (ctx: Ctx, input: never): Promise<unknown>;
  readonly spec: Omit<OperationSpec<z.ZodType, z.ZodType>, "kind"> & {
    readonly kind: OperationKind | ((input: never) => OperationKind);
  };
}

/** The wire name is the position in the tree: `operations.balances.check` is `balances.check`. */
export type OperationTree = Readonly<Record<string, Readonly<Record<string, AnyOperation>>>>;

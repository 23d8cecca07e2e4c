import type { TRPCMutationProcedure, TRPCQueryProcedure } from "@trpc/server";
import type { z } from "zod";
import { runOperation } from "../api/run";
import type { AnyOperation, Operation, OperationTree } from "../platform/operation";
import { callerIn } from "./context";
import { operationProcedure } from "./init";

/** Sent beside a command's input, because a batch of calls shares one HTTP request and its headers. */
type WithKey<Input> = Input & { idempotency_key?: string };

type ProcedureOf<Op> =
  Op extends Operation<infer Input, infer Output, infer Kind>
    ? Kind extends "query"
      ? TRPCQueryProcedure<{ input: z.input<Input>; output: z.output<Output>; meta: unknown }>
      : TRPCMutationProcedure<{
          input: WithKey<z.input<Input>>;
          output: z.output<Output>;
          meta: unknown;
        }>
    : never;

/** The tRPC record of a tree of operations. */
export type ProceduresOf<Tree extends OperationTree> = {
  [Noun in keyof Tree]: { [Verb in keyof Tree[Noun]]: ProcedureOf<Tree[Noun][Verb]> };
};

/**
 * The tree as tRPC procedures. Only the source of the caller differs from HTTP: a session and its
 * role instead of a key. Operations with `kind: "query"` become queries, all others mutations.
 */
export function fromOperations<Tree extends OperationTree>(tree: Tree): ProceduresOf<Tree> {
  const record = Object.fromEntries(
    Object.entries(tree).map(([noun, verbs]) => [
      noun,
      Object.fromEntries(
        Object.entries(verbs).map(([verb, operation]) => [
          verb,
          procedureFor(`${noun}.${verb}`, operation),
        ]),
      ),
    ]),
  );
  // The mapped type above is what the loop builds; tRPC cannot infer it from a loop.
  return record as unknown as ProceduresOf<Tree>;
}

function procedureFor(name: string, operation: AnyOperation) {
  const withInput = operationProcedure(operation.spec.scope).input((raw: unknown) => raw);
  if (operation.spec.kind === "query") {
    return withInput.query(({ ctx, input }) =>
      runOperation({ ...callFields(name, operation), ...contextFields(ctx), body: input }).then(
        answerOf,
      ),
    );
  }
  return withInput.mutation(({ ctx, input }) =>
    runOperation({ ...callFields(name, operation), ...contextFields(ctx), body: input }).then(
      answerOf,
    ),
  );
}

function callFields(name: string, operation: AnyOperation) {
  return { name, operation, idempotencyKey: null };
}

function contextFields(ctx: Parameters<typeof callerIn>[0]) {
  return { caller: callerIn(ctx), requestId: ctx.requestId, db: ctx.db, log: ctx.log };
}

function answerOf(outcome: Awaited<ReturnType<typeof runOperation>>): unknown {
  return outcome.replayed ? JSON.parse(outcome.stored.body) : outcome.answer;
}

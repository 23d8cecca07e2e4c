import type { Account, RolloverRule, Sent } from "./account";
import type { Command } from "./commands";
import { change, end, grant, undo } from "./edits";
import { type Expected, readBalance, readTaken } from "./expected";
import { attach, dropEntity, makeEntity } from "./holdings";
import { finalize, hold } from "./holds";
import { check, look, track } from "./usage";

type Body = Record<string, unknown>;

/** A command as a call of the product, and what the model says about it. */
export interface Call {
  readonly operation: string;
  readonly body: Body;
  readonly keyed: boolean;
  /** How many make the call at once. */
  readonly callers: number;
  /** Moves the model; called once for each caller. */
  readonly predict: () => Expected;
  /** The figures of an answer, in the shape that the model predicts. */
  readonly read: (answer: Body) => unknown;
  /** Takes from the answer what later commands name. */
  readonly learn?: (answer: Body) => void;
}

/** The call that a command means for this account now; null when there is nothing it could mean. */
export function callOf(account: Account, command: Command): Call | null {
  switch (command.does) {
    case "look":
      return lookCall(account, command.entity);
    case "track":
    case "check":
    case "burst":
      return usageCall(account, command);
    case "grant":
    case "change":
    case "end":
    case "undo":
      return editCall(account, command);
    case "hold":
    case "finalize":
      return lockCall(account, command);
    case "attach":
    case "make entity":
    case "drop entity":
      return holdingCall(account, command);
    case "replay":
      return null;
    default:
      return command satisfies never;
  }
}

const once = { keyed: false, callers: 1 } as const;

function lookCall(account: Account, entity: string | null): Call {
  return {
    ...once,
    operation: entity === null ? "customers.get" : "entities.get",
    body: withEntity({ customer_id: account.id }, entity),
    predict: () => look(account, entity),
    read: (answer) =>
      Object.fromEntries(
        Object.entries(answer.balances as Body).map(([id, balance]) => [id, readBalance(balance)]),
      ),
  };
}

function usageCall(
  account: Account,
  command: Extract<Command, { does: "track" | "check" | "burst" }>,
): Call {
  const { feature, entity, units } = command;
  const callers = command.does === "burst" ? command.callers : 1;
  const keyed = command.does !== "burst" && command.keyed;
  const spends = command.does === "track" ? false : command.spends;
  const isCheck = command.does === "check" || (command.does === "burst" && spends);
  const subject = withEntity({ customer_id: account.id }, entity);
  if (isCheck) {
    return {
      operation: "balances.check",
      body: { ...subject, feature_id: feature, required_balance: units, send_event: spends },
      keyed: keyed && spends,
      callers,
      predict: () => check(account, { feature, entity, units, spends }),
      read: ({ allowed, balance }) => ({ allowed, balance: readBalance(balance) }),
    };
  }
  const event = command.does === "track" ? command.event : null;
  const overflows = command.does === "track" && command.overflow;
  return {
    operation: "balances.track",
    body: {
      ...subject,
      ...(event === null ? { feature_id: feature } : { event_name: event }),
      value: units,
      overage_behavior: overflows ? "overflow" : "cap",
    },
    keyed,
    callers,
    predict: () =>
      track(account, { feature, event, entity, units, behavior: overflows ? "overflow" : "cap" }),
    read: ({ value, balance, balances, deductions }) => ({
      value,
      balance: readBalance(balance),
      balances: Object.entries((balances ?? {}) as Body)
        .map(([id, other]) => [id, readBalance(other)])
        .sort(),
      deductions: readTaken(deductions),
    }),
  };
}

function lockCall(
  account: Account,
  command: Extract<Command, { does: "hold" | "finalize" }>,
): Call {
  // Names of locks are the environment's, so each customer has its own.
  const lock_id = `${account.id}/${command.key}`;
  const rest = { keyed: command.keyed, callers: 1 };
  if (command.does === "finalize") {
    const { key, used } = command;
    return {
      ...rest,
      operation: "balances.finalize",
      body: {
        lock_id,
        action: used === "none" ? "release" : "confirm",
        ...(typeof used === "number" ? { override_value: used } : {}),
      },
      predict: () => finalize(account, key, used === "none" ? 0 : used),
      read: ({ success }) => ({ success }),
    };
  }
  const { feature, entity, units, endsIn } = command;
  return {
    ...rest,
    operation: "balances.check",
    body: {
      ...withEntity({ customer_id: account.id, feature_id: feature }, entity),
      required_balance: units,
      lock: {
        ...{ enabled: true, lock_id },
        ...(endsIn === null ? {} : { expires_at: account.now + endsIn }),
      },
    },
    predict: () => hold(account, command),
    read: ({ allowed, balance }) => ({ allowed, balance: readBalance(balance) }),
  };
}

function editCall(
  account: Account,
  command: Extract<Command, { does: "grant" | "change" | "end" | "undo" }>,
): Call | null {
  const made = account.edits.length;
  const rest = {
    ...once,
    keyed: "keyed" in command && command.keyed,
    read: ({ success }: Body) => ({ success }),
    learn: ({ entry_id }: Body) => {
      const edit = account.edits[made];
      if (edit !== undefined) edit.entryId = String(entry_id);
    },
  };
  if (command.does === "undo") {
    const edit = account.edits.at(-1 - command.back);
    if (edit === undefined) return null;
    const body = { entry_id: edit.entryId };
    return { ...rest, operation: "balances.undo", body, predict: () => undo(account, edit) };
  }
  if (command.does === "grant") return { ...rest, ...grantCall(account, command.spec) };
  if (command.does === "change") return { ...rest, ...changeCall(account, command.change) };
  return {
    ...rest,
    operation: "balances.delete",
    body: targetOf(account, command),
    predict: () => end(account, command),
  };
}

function grantCall(account: Account, spec: Extract<Command, { does: "grant" }>["spec"]) {
  const { included, step, firstResetIn, expiresIn, rollover } = spec;
  return {
    operation: "balances.create",
    body: {
      ...targetOf(account, spec),
      ...(included === null ? { unlimited: true } : { included_grant: included }),
      ...(step === null ? {} : { reset: { interval: step.unit, interval_count: step.count } }),
      ...(firstResetIn === null ? {} : { next_reset_at: account.now + firstResetIn }),
      ...(expiresIn === null ? {} : { expires_at: account.now + expiresIn }),
      ...(rollover === null ? {} : { rollover: rolloverBody(rollover) }),
    },
    predict: () => grant(account, spec),
  };
}

function rolloverBody({ max, maxPercentage, months }: RolloverRule): Body {
  return {
    ...(max === null ? {} : { max }),
    ...(maxPercentage === null ? {} : { max_percentage: maxPercentage }),
    ...(months === null ? { duration: "forever" } : { duration: "month", length: months }),
  };
}

function changeCall(account: Account, wanted: Extract<Command, { does: "change" }>["change"]) {
  const { remaining, add, usage, included, nextResetIn, expiresIn } = wanted;
  return {
    operation: "balances.update",
    body: {
      ...targetOf(account, wanted),
      ...(remaining === undefined ? {} : { remaining }),
      ...(add === undefined ? {} : { add_to_balance: add }),
      ...(usage === undefined ? {} : { usage }),
      ...(included === undefined ? {} : { included_grant: included }),
      ...(nextResetIn === undefined ? {} : { next_reset_at: account.now + nextResetIn }),
      ...(expiresIn === undefined ? {} : { expires_at: account.now + expiresIn }),
    },
    predict: () => change(account, wanted),
  };
}

function targetOf(
  account: Account,
  target: { readonly feature: string; readonly entity: string | null; readonly ref: string | null },
): Body {
  const body = { customer_id: account.id, feature_id: target.feature };
  return withEntity(
    { ...body, ...(target.ref === null ? {} : { balance_id: target.ref }) },
    target.entity,
  );
}

function holdingCall(
  account: Account,
  command: Extract<Command, { does: "attach" | "make entity" | "drop entity" }>,
): Call {
  const { entity } = command;
  const rest = { ...once, read: () => ({}) };
  const body = withEntity({ customer_id: account.id }, entity);
  if (command.does === "attach") {
    const { plan } = command;
    return {
      ...rest,
      operation: "billing.attach",
      body: { ...body, plan_id: plan },
      predict: () => attach(account, plan, entity),
    };
  }
  return command.does === "make entity"
    ? {
        ...rest,
        operation: "entities.create",
        body: { ...body, feature_id: "seats" },
        predict: () => makeEntity(account, command.entity),
      }
    : {
        ...rest,
        operation: "entities.delete",
        body,
        predict: () => dropEntity(account, command.entity),
      };
}

function withEntity(body: Body, entity: string | null): Body {
  return entity === null ? body : { ...body, entity_id: entity };
}

/** The keyed call that a replay repeats, as long as keys of its kind are kept. */
export function callToRepeat(account: Account, backward: number): Sent | null {
  const keptMs = 29 * 86_400_000;
  const kept = account.sent.filter(({ at }) => account.now - at < keptMs);
  return kept.at(-1 - backward) ?? null;
}

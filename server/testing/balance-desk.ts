import { randomUUID } from "node:crypto";
import { afterEach, beforeAll, expect } from "vitest";
import { check } from "../balances/operations/check";
import { createBalance } from "../balances/operations/create-balance";
import { deleteBalance } from "../balances/operations/delete-balance";
import { explainBalance } from "../balances/operations/explain-balance";
import { finalizeLock } from "../balances/operations/finalize-lock";
import { track } from "../balances/operations/track";
import { trackTokens } from "../balances/operations/track-tokens";
import { undoEdit } from "../balances/operations/undo-edit";
import { updateBalance } from "../balances/operations/update-balance";
import { createFeature } from "../catalog/operations/create-feature";
import { freezeClock } from "../platform/clock";
import type { Tenant } from "../platform/context";
import { db } from "../platform/db";
import { sql } from "../platform/sql";
import { call, testOrganization } from "./ctx";
import { givenCustomer, givenFeature } from "./factory";
import { brokenInvariants } from "./ledger-invariants";

type Extra = Record<string, unknown>;

/**
 * A sandbox with four features and one customer at a time, for tests of balances. Registers the
 * hooks of the test file: after each test the ledger's invariants must hold.
 */
export function balanceDesk() {
  const desk = { tenant: {} as Tenant, customer_id: "", feature_id: "messages" };

  beforeAll(async () => {
    desk.tenant = (await testOrganization()).sandbox;
    await givenFourFeatures(desk.tenant);
  });

  afterEach(async () => {
    freezeClock(null);
    expect(await brokenInvariants(db())).toEqual([]);
  });

  const body = (extra: Extra) => ({
    customer_id: desk.customer_id,
    feature_id: desk.feature_id,
    ...extra,
  });
  const keyed = (key: string | undefined) => (key === undefined ? {} : { key });

  const tools = {
    grant: (extra: Extra, key?: string) =>
      call(createBalance, "balances.create", desk.tenant, body(extra), keyed(key)),
    change: (extra: Extra) => call(updateBalance, "balances.update", desk.tenant, body(extra)),
    end: (extra: Extra) => call(deleteBalance, "balances.delete", desk.tenant, body(extra)),
    finalize: (extra: Extra, key?: string) =>
      call(finalizeLock, "balances.finalize", desk.tenant, extra as never, keyed(key)),
    undo: (entry_id: string) => call(undoEdit, "balances.undo", desk.tenant, { entry_id }),
    explain: (extra: Extra = {}) =>
      call(explainBalance, "balances.explain", desk.tenant, body(extra)),
    track: (extra: Extra, key?: string) => {
      const { feature_id, ...others } = body(extra);
      const named = extra.event_name === undefined ? { ...others, feature_id } : others;
      return call(track, "balances.track", desk.tenant, named, keyed(key));
    },
    /** One call of a language model; the AI credit system is left for the product to find. */
    tokens: (extra: Extra, key?: string) => {
      const model = { model_id: "custom/plain", input_tokens: 0, output_tokens: 0 };
      const sent = { customer_id: desk.customer_id, ...model, ...extra };
      return call(trackTokens, "balances.track_tokens", desk.tenant, sent, keyed(key));
    },
    /** A feature besides the four, such as a credit system of them. */
    feature: (extra: Extra & { feature_id: string; type: "credit_system" | "ai_credit_system" }) =>
      call(createFeature, "features.create", desk.tenant, { name: extra.feature_id, ...extra }),
    check: (extra: Extra = {}, key?: string) =>
      call(check, "balances.check", desk.tenant, body(extra), keyed(key)),

    /** Makes a new customer with these amounts the one that the other tools mean. */
    customer: async (grants: Readonly<Record<string, number>> = {}): Promise<string> => {
      desk.customer_id = `user_${randomUUID().slice(0, 8)}`;
      await givenCustomer(desk.tenant, desk.customer_id);
      for (const [feature_id, included_grant] of Object.entries(grants)) {
        await tools.grant({ feature_id, included_grant });
      }
      return desk.customer_id;
    },

    /** The three figures of the balance, or null without one. */
    figures: async () => {
      const { balance } = await tools.check();
      if (balance === null) return null;
      const { granted, usage, remaining } = balance;
      return { granted, usage, remaining };
    },

    events: (): Promise<number> => countEvents(desk),
  };
  return { ...tools, desk };
}

async function givenFourFeatures(tenant: Tenant): Promise<void> {
  await givenFeature(tenant, { slug: "messages", events: ["message.sent"] });
  await givenFeature(tenant, { slug: "words", events: ["message.sent"] });
  await givenFeature(tenant, { slug: "seats", consumable: false });
  await givenFeature(tenant, { slug: "export", type: "boolean" });
}

async function countEvents(of: { tenant: Tenant; customer_id: string }): Promise<number> {
  const [row] = await db().query<{ n: number }>(sql`
    SELECT count(*)::int AS n FROM meter_event e JOIN customer c ON c.id = e.customer_id
    WHERE c.env_id = ${of.tenant.envId} AND c.external_id = ${of.customer_id}`);
  return row?.n ?? -1;
}

import { expect, test } from "vitest";
import { db } from "../../platform/db";
import { sql } from "../../platform/sql";
import { call } from "../../testing/ctx";
import { eachWithSamples, rejection } from "../../testing/sample-catalog";
import { getCustomer } from "./get-customer";
import { getOrCreateCustomer } from "./get-or-create-customer";
import { updateCustomer } from "./update-customer";

const samples = eachWithSamples();

const ensure = (body: Record<string, unknown>, key?: string) =>
  call(
    getOrCreateCustomer,
    "customers.get_or_create",
    samples.tenant,
    body,
    key === undefined ? {} : { key },
  );
const read = (customer_id: string, expand: string[] = []) =>
  call(getCustomer, "customers.get", samples.tenant, { customer_id, expand });

const update = (body: Record<string, unknown> & { customer_id: string }) =>
  call(updateCustomer, "customers.update", samples.tenant, body);

test("changes what is sent and keeps the rest", async () => {
  await ensure({
    customer_id: "ana",
    name: "Ana",
    email: "ana@example.com",
    metadata: { a: 1, b: 2 },
  });
  const changed = await update({
    customer_id: "ana",
    email: null,
    metadata: { b: null, c: { d: 1 } },
    currency: "JPY",
    send_email_receipts: true,
  });
  expect(changed).toMatchObject({
    name: "Ana",
    email: null,
    metadata: { a: 1, c: { d: 1 } },
    currency: "jpy",
    send_email_receipts: true,
  });
  expect(changed.metadata).not.toHaveProperty("b");
  expect(await read("ana")).toEqual(changed);
  expect((await update({ customer_id: "ana", metadata: null, currency: null })).metadata).toEqual(
    {},
  );
  expect((await update({ customer_id: "ana" })).name).toBe("Ana");
});

test("renames, unless the id is taken", async () => {
  await ensure({ customer_id: "ana" });
  await ensure({ customer_id: "ben" });
  await expect(update({ customer_id: "ana", new_customer_id: "ben" })).rejects.toEqual(
    rejection("customer_already_exists"),
  );
  const renamed = await call(updateCustomer, "customers.update", samples.tenant, {
    id: "ana",
    new_customer_id: "anna",
  } as never);
  expect(renamed.id).toBe("anna");
  await expect(read("ana")).rejects.toEqual(rejection("customer_not_found"));
  expect((await ensure({ customer_id: "ana" })).internal_id).not.toBe(renamed.internal_id);
});

test("the audit log names the fields and keeps no personal value", async () => {
  await ensure({ customer_id: "ana", name: "Ana", email: "ana@example.com" });
  await update({ customer_id: "ana", name: "Anna Secret", metadata: { phone: "555" } });
  const rows = await db().query<{ action: string; text: string }>(sql`
    SELECT action, coalesce(before::text, '') || coalesce(after::text, '') AS text
    FROM audit_entry WHERE env_id = ${samples.tenant.envId} AND target_type = 'customer'
    ORDER BY created_at, id`);
  expect(rows.map(({ action }) => action)).toEqual(["customers.create", "customers.update"]);
  const text = rows.map((row) => row.text).join();
  expect(text).toContain("name");
  expect(text).not.toMatch(/Secret|555|ana@example/);
});

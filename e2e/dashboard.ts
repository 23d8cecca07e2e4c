import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import pg from "pg";
import { findRunning } from "../scripts/embedded-postgres/running.mjs";
import { bootstrapped } from "./installation";

const { E2E_FOLDER = "" } = process.env;

/** Other journeys share the installation, so what a journey makes carries a tag of its own. */
export const tag = Math.random().toString(36).slice(2, 8);

/** Where the bootstrapped installation's pages begin. */
export const place = `/o/${bootstrapped.organization}/sandbox`;

export const owner = {
  email: bootstrapped.ownerEmail,
  password: bootstrapped.ownerPassword,
} as const;

/** Has the signed-in owner invite somebody; answers with the path of the invitation. */
export async function invite(page: Page, email: string, role: string): Promise<string> {
  const answer = await page.request.post("/api/trpc/invitations.create", {
    headers: {
      origin: new URL(page.url()).origin,
      "x-windfall-org": bootstrapped.organization,
      "x-windfall-env": "sandbox",
    },
    data: { json: { email, role } },
  });
  expect(answer.status(), await answer.text()).toBe(200);
  const body = (await answer.json()) as { result: { data: { json: { path: string } } } };
  return body.result.data.json.path;
}

/** Accepts an invitation as somebody who has no account yet. */
export async function acceptInvitation(page: Page, path: string, password: string): Promise<void> {
  await page.goto(path);
  await page.getByLabel("Your name").fill("Sam Support");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Create account and join" }).click();
  await page.waitForURL(/\/o\//);
}

/** Calls an operation of the public API with the installation's key. */
export async function api<Answer = Record<string, unknown>>(
  page: Page,
  operation: string,
  body: object,
): Promise<Answer> {
  const answer = await page.request.post(`/v1/${operation}`, {
    headers: { authorization: `Bearer ${bootstrapped.secretKey}` },
    data: body,
  });
  expect(answer.status(), `${operation}: ${await answer.text()}`).toBe(200);
  return (await answer.json()) as Answer;
}

/** Runs a statement on the installation's database, past the product: to audit it, or to spoil it. */
export async function askDatabase<Row extends pg.QueryResultRow>(
  statement: string,
  values: readonly unknown[],
): Promise<Row[]> {
  const server = await findRunning(join(E2E_FOLDER, "bootstrapped"));
  if (server === undefined) throw new Error("The installation's database does not run.");
  const url = new URL(server.url);
  url.pathname = "/windfall";
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    return (await client.query<Row>(statement, [...values])).rows;
  } finally {
    await client.end();
  }
}

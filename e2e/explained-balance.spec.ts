import { expect, type Locator, type Page, test } from "@playwright/test";
import { api, owner, place, tag } from "./dashboard";
import { expectAccessible, expectNoSideScroll } from "./expect-accessible";
import { signIn } from "./sign-in";

const customer_id = `ines_${tag}`;
const calls = { feature_id: `calls_${tag}`, name: "Calls" };
const credits = { feature_id: `credits_${tag}`, name: "Credits" };
const renders = { feature_id: `films_${tag}`, name: "Film minutes" };
const desks = { feature_id: `desks_${tag}`, name: "Desks" };
const customerPath = `${place}/customers/${customer_id}`;

type Explained = {
  as_of: number;
  balance: { granted: number; usage: number; remaining: number } | null;
  reconciles: boolean;
  lots: { kind: string; granted: number; usage: number; balance: number }[];
  list: { delta: number; total_after: number }[];
};

const explain = (page: Page, feature: { feature_id: string }, more: object = {}) =>
  api<Explained>(page, "balances.explain", {
    customer_id,
    feature_id: feature.feature_id,
    ...more,
  });

/** What was granted, used and remains. */
const figuresOf = ({ balance }: Explained) =>
  balance === null ? [] : [balance.granted, balance.usage, balance.remaining];

/** What the API said before a period ended and rolled over. */
let earlier: Explained;

test.describe("a balance of many sources", () => {
  test.describe.configure({ mode: "serial" });

  test.beforeAll(async ({ browser }) => {
    const page = await browser.newPage();
    await page.goto("/sign-in");
    await defineCatalog(page);
    await fillBalances(page);
    await page.close();
  });

  test.beforeEach(({ page }) => signIn(page, owner));

  test("the customer's page shows what stands behind each figure", async ({ page }) => {
    expect(figuresOf(await explain(page, calls))).toEqual([710, 233, 477]);
    expect(figuresOf(await explain(page, credits))).toEqual([100, 60, 40]);
    expect(figuresOf(await explain(page, calls, { entity_id: "east" }))).toEqual([660, 203, 457]);

    await page.goto(customerPath);
    const balances = page.getByRole("table", { name: "Balances" });
    const row = (name: string) =>
      balances.getByRole("row").filter({ has: page.getByRole("link", { name }) });
    await expect(row("Calls")).toContainText("477 of 710");
    await expect(row("Calls").getByRole("listitem")).toHaveText([
      "200 from Calls free",
      "250 from Calls pack",
      "200 granted",
      /^60 rolled over, 0 left, expires \d+ \w+ \d+$/,
    ]);
    await expect(row("Credits")).toContainText("40 of 100");
    await expectAccessible(page);

    await row("Calls").getByRole("button", { name: "Calls by entity" }).click();
    const shares = page.getByRole("dialog", { name: "Calls by entity" });
    await expect(shares.getByRole("term")).toHaveText(["The customer’s own", "east", "west"]);
    await expect(shares.getByRole("definition")).toHaveText(["427 of 610", "30 of 50", "20 of 50"]);
    await expectAccessible(page);

    await page.goto(`${customerPath}?entity=east`);
    await expect(row("Calls")).toContainText("457 of 660");
  });

  test("the ledger explains each figure by lots and by entries", async ({ page }) => {
    const { lots, list, reconciles } = await explain(page, calls);
    expect(reconciles).toBe(true);
    await page.goto(`${customerPath}/balances/${calls.feature_id}`);
    await expect(page.locator("[data-equation]")).toHaveText(
      "Rolled over 60 + Calls free 200 + Granted by hand 200 + Calls pack 250 − used 233 = 477 Calls",
    );
    const lotRows = rowsOf(page, "Lots");
    await expect(lotRows).toHaveText([
      /^1\.Rolled over60600Expires/,
      /^2\.Calls free1001000Lasting/,
      /^3\.Granted by hand20023177Lasting/,
      /^4\.Calls pack2500250LastingNever/,
      /^5\.Calls freeFor east502030Lasting/,
      /^6\.Calls freeFor west503020Lasting/,
    ]);
    await expect(lotRows).toHaveText(
      lots.map(({ granted, usage, balance }) => new RegExp(`${granted}${usage}${balance}[A-Z]`)),
    );
    const entryRows = rowsOf(page, "Entries");
    await expect(entryRows).toHaveText(
      [
        `Lock−8477batch_${tag}, 8 heldfrom Granted by hand`,
        "Usage−15485Tracked, 75 in allfrom Granted by hand",
        "Usage−60500Tracked, 75 in allfrom Rolled over",
        "Reset+10560A new period beganto Granted by handWindfall",
        "Grant+60550Left over from the period beforeto Rolled overWindfall",
        "Usage−10490Tracked, 110 in allfrom Granted by hand",
        "Usage−100500Tracked, 110 in allfrom Calls free",
        "Usage−30600Trackedfrom Calls free of west",
        "Usage−20630Trackedfrom Calls free of east",
        "Grant by hand+200650By handto Granted by hand",
        "Grant+50450Planto Calls free of west",
        "Grant+50400Planto Calls free of east",
        "Grant+250350Planto Calls pack",
        "Grant+100100Planto Calls free",
      ].map((text) => new RegExp(text.replace(/[+.]/g, "\\$&"))),
    );
    await expect(entryRows).toHaveText(
      list.map((entry) => new RegExp(`${signed(entry.delta)}${entry.total_after}`)),
    );
    await expectAccessible(page);

    await page.goto(`${customerPath}/balances/${calls.feature_id}?entity=east`);
    await expect(page.locator("[data-equation]")).toContainText("− used 203 = 457 Calls");
  });

  test("credits say what they were used for", async ({ page }) => {
    await page.goto(`${customerPath}/balances/${credits.feature_id}`);
    await expect(page.locator("[data-equation]")).toHaveText(
      "Calls free 100 − used 60 = 40 Credits",
    );
    const entries = rowsOf(page, "Entries");
    await expect(entries).toHaveText([
      new RegExp(`Lock−1540film_${tag}, 5 Film minutes heldfrom Calls free`),
      /Usage−4555Tracked: 15 Film minutesfrom Calls free/,
      /Grant\+100100Planto Calls free/,
    ]);
    await expectAccessible(page);
    await api(page, "balances.finalize", {
      ...{ lock_id: `film_${tag}`, action: "confirm", override_value: 2 },
    });
    await page.reload();
    await expect(page.locator("[data-equation]")).toContainText("− used 51 = 49 Credits");
    await expect(entries.first()).toHaveText(
      new RegExp(`Lock closed\\+949film_${tag}, 5 Film minutes confirmedto Calls free`),
    );
  });

  test("an earlier instant shows the figures of then", async ({ page }) => {
    expect(figuresOf(earlier)).toEqual([650, 160, 490]);
    expect(figuresOf(await explain(page, calls, { as_of: earlier.as_of }))).toEqual([
      650, 160, 490,
    ]);
    await page.goto(`${customerPath}/balances/${calls.feature_id}?asof=${earlier.as_of}`);
    await expect(page.locator("[data-equation]")).toHaveText(
      "Calls free 200 + Granted by hand 200 + Calls pack 250 − used 160 = 490 Calls",
    );
    await expect(rowsOf(page, "Lots").filter({ hasText: "Granted by hand" })).toContainText(
      "20010190",
    );
    await expect(rowsOf(page, "Entries")).toHaveCount(9);
    await expectAccessible(page);
    await page.getByRole("button", { name: "Clear filters" }).click();
    await expect(page.locator("[data-equation]")).toContainText("= 477 Calls");
  });

  test("a narrow screen shows the same", async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(customerPath);
    await expect(page.getByText("rolled over, 0 left")).toBeVisible();
    await expectNoSideScroll(page);
    await expectAccessible(page);
    await page.goto(`${customerPath}/balances/${calls.feature_id}`);
    await expect(page.getByText(`batch_${tag}, 8 held`)).toBeVisible();
    await expectNoSideScroll(page);
    await expectAccessible(page);
  });
});

/** The rows of a table without its head. */
function rowsOf(page: Page, name: string): Locator {
  return page.getByRole("table", { name }).locator("tbody").getByRole("row");
}

const signed = (delta: number) => (delta > 0 ? `\\+${delta}` : `−${-delta}`);

async function defineCatalog(page: Page): Promise<void> {
  const metered = { type: "metered", consumable: true };
  await api(page, "features.create", { ...calls, ...metered });
  await api(page, "features.create", { ...renders, ...metered });
  await api(page, "features.create", { ...desks, type: "metered", consumable: false });
  await api(page, "features.create", {
    ...{ ...credits, type: "credit_system" },
    credit_schema: [{ metered_feature_id: renders.feature_id, credit_cost: 3 }],
  });
  const each = { feature_id: calls.feature_id, reset: { interval: "month" } };
  await api(page, "plans.create", {
    ...{ plan_id: `calls_free_${tag}`, name: "Calls free", group: `calls_${tag}` },
    items: [
      { ...each, included: 100 },
      { ...each, included: 50, entity_feature_id: desks.feature_id },
      { feature_id: desks.feature_id, included: 5 },
      { feature_id: credits.feature_id, included: 100, reset: { interval: "month" } },
    ],
  });
  await api(page, "plans.create", {
    ...{ plan_id: `calls_pack_${tag}`, name: "Calls pack", add_on: true },
    items: [{ feature_id: calls.feature_id, included: 250 }],
  });
}

/** Two desks, a stack of sources, a period that rolled over, held locks and credits. */
async function fillBalances(page: Page): Promise<void> {
  const track = (feature: { feature_id: string }, value: number, more: object = {}) =>
    api(page, "balances.track", {
      ...{ customer_id, feature_id: feature.feature_id, value },
      ...more,
    });
  await api(page, "customers.get_or_create", { customer_id, name: "Ines Duarte" });
  await api(page, "billing.attach", { customer_id, plan_id: `calls_free_${tag}` });
  await api(page, "billing.attach", { customer_id, plan_id: `calls_pack_${tag}` });
  for (const entity_id of ["east", "west"]) {
    await api(page, "entities.create", { customer_id, entity_id, feature_id: desks.feature_id });
  }
  const nextResetAt = Date.now() + 4_000;
  await api(page, "balances.create", {
    ...{ customer_id, feature_id: calls.feature_id, included_grant: 200, reason: "Pilot" },
    ...{ reset: { interval: "month" }, next_reset_at: nextResetAt },
    rollover: { max: 60, duration: "month", length: 3 },
  });
  await track(calls, 20, { entity_id: "east" });
  await track(calls, 30, { entity_id: "west" });
  await track(calls, 110);
  await track(renders, 15);
  earlier = await explain(page, calls);
  expect(earlier.as_of).toBeLessThan(nextResetAt);
  await expect
    .poll(async () => (await explain(page, calls)).lots.some(({ kind }) => kind === "rollover"))
    .toBe(true);
  await track(calls, 75);
  const hold = (feature: { feature_id: string }, required_balance: number, lock_id: string) =>
    api(page, "balances.check", {
      ...{ customer_id, feature_id: feature.feature_id, required_balance },
      lock: { enabled: true, lock_id, expires_at: Date.now() + 3_600_000 },
    });
  await hold(calls, 8, `batch_${tag}`);
  await hold(renders, 5, `film_${tag}`);
}

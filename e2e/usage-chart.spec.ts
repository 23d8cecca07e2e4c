import { expect, test } from "@playwright/test";
import { api, owner, place, tag } from "./dashboard";
import { expectAccessible, expectNoSideScroll } from "./expect-accessible";
import { signIn } from "./sign-in";

const customer_id = `omar_${tag}`;
const feature_id = `renders_${tag}`;

test.beforeAll(async ({ browser }) => {
  const page = await browser.newPage();
  await page.goto("/sign-in");
  await api(page, "features.create", { feature_id, name: "Renders", type: "metered" });
  await api(page, "plans.create", {
    plan_id: `studio_free_${tag}`,
    name: "Studio free",
    group: `studio_${tag}`,
    items: [{ feature_id, included: 200, reset: { interval: "month" } }],
  });
  await api(page, "customers.get_or_create", { customer_id, name: "Omar Reyes" });
  await api(page, "billing.attach", { customer_id, plan_id: `studio_free_${tag}` });
  // Another customer's use, so that there are events before the journey's own.
  await api(page, "customers.get_or_create", { customer_id: `someone_${tag}` });
  await api(page, "balances.track", { customer_id: `someone_${tag}`, feature_id, value: 1 });
  await page.close();
});

test("usage that arrives moves the chart, the table and the balance", async ({ page }) => {
  await signIn(page, owner);
  await page.goto(`${place}/events?feature=${feature_id}&customer=${customer_id}&range=24h`);
  const chart = page.getByRole("figure").filter({ hasText: "Tracked usage" });
  await expect(chart).toContainText("No Renders");
  await expect(page.getByText("No event in this range yet")).toBeVisible();
  await page.getByRole("button", { name: "Live", exact: true }).click();
  await expect(page.getByRole("button", { name: "Live", exact: true })).toHaveAttribute(
    "aria-pressed",
    "true",
  );

  for (const model of ["small", "small", "large"]) {
    await api(page, "balances.track", { customer_id, feature_id, value: 7, properties: { model } });
  }
  await expect(chart).toContainText("21 Renders", { timeout: 10_000 });
  await expect(page.getByText(/Latest event (just now|\d+ seconds? ago)/)).toBeVisible();
  const events = page.getByRole("table", { name: "Events" });
  await expect(events.getByRole("row")).toHaveCount(4);
  const bars = page.getByRole("slider", { name: /bar by bar/ });
  await bars.focus();
  await page.keyboard.press("End");
  await expect(bars).toHaveAttribute("aria-valuetext", /Renders 21$/);
  await expectAccessible(page);

  await page.getByRole("button", { name: "Show as table" }).click();
  const figures = page.getByRole("table", { name: "Tracked usage" });
  await expect(figures.getByRole("row").last()).toHaveText(/^Sum\s*21$/);
  await expectAccessible(page);
  await page.getByLabel("Group by").selectOption("properties.model");
  const legend = page.getByRole("list", { name: "Series" });
  await expect(legend.getByRole("button", { name: "small 14" })).toBeVisible();
  await expect(legend.getByRole("button", { name: "large 7" })).toBeVisible();
  await expect(figures.getByRole("row").last()).toHaveText(/^Sum\s*14\s*7$/);
  await page.getByRole("button", { name: "Show as chart" }).click();
  await bars.focus();
  await page.keyboard.press("End");
  await expect(bars).toHaveAttribute("aria-valuetext", /small 14, large 7, 21 in all$/);
  await expectAccessible(page);

  await events.getByRole("link").first().click();
  await expect(page.getByRole("dialog", { name: "Event" })).toContainText('"model": "large"');
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await page.goto(`${place}/customers/${customer_id}`);
  const balances = page.getByRole("table", { name: "Balances" });
  await expect(balances.getByRole("row").filter({ hasText: "Renders" })).toContainText(
    "179 of 200",
  );
  await expect(balances.getByRole("meter", { name: "Renders" })).toHaveAttribute(
    "aria-valuetext",
    "179 of 200 left",
  );
});

test("the pages of customers and events fit the narrowest screen", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await signIn(page, owner);
  const pages = [
    "/customers",
    `/customers/${customer_id}`,
    `/customers/${customer_id}/balances/${feature_id}`,
    `/events?feature=${feature_id}`,
  ];
  for (const path of pages) {
    await page.goto(`${place}${path}`);
    await expect(page.getByRole("table").first()).toBeVisible();
    await expectNoSideScroll(page);
    await expectAccessible(page);
  }
});

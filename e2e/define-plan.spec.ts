import { expect, type Page, test } from "@playwright/test";
import { expectAccessible, expectNoSideScroll } from "./expect-accessible";
import { bootstrapped } from "./installation";
import { signIn } from "./sign-in";

const base = `/o/${bootstrapped.organization}/sandbox`;
/** Other journeys share the installation, so names carry a tag of their own. */
const tag = Math.random().toString(36).slice(2, 8);
const feature = { name: `Credits ${tag}`, id: `credits_${tag}` };
const plan = { name: `Starter ${tag}`, id: `starter_${tag}` };

const card = (page: Page) => page.getByRole("article", { name: "Preview of the price card" });
const publishButton = (page: Page) => page.getByRole("button", { name: "Publish" });

test.describe.configure({ mode: "serial", timeout: 120_000 });

test.beforeEach(async ({ page }) => {
  await signIn(page, { email: bootstrapped.ownerEmail, password: bootstrapped.ownerPassword });
});

test("a feature is made by keyboard", async ({ page }) => {
  await page.goto(`${base}/features`);
  await expect(page.getByRole("heading", { name: "Features", level: 1 })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("n");
  const sheet = page.getByRole("dialog", { name: "New feature" });
  await expect(sheet.getByLabel("Name", { exact: true })).toBeFocused();
  await expectAccessible(page);

  await sheet.getByRole("button", { name: "Create feature" }).click();
  await expect(sheet.getByText("Give the feature a name.").first()).toBeVisible();
  await page.keyboard.type(feature.name);
  await expect(sheet.getByLabel("ID", { exact: true })).toHaveValue(feature.id);
  await expect(sheet.getByRole("radio", { name: "Metered: used up" })).toBeChecked();
  await page.keyboard.press("Enter");
  await expect(sheet).toBeHidden();

  const row = page.getByRole("row", { name: new RegExp(feature.name) });
  await expect(row).toContainText("No plan");
  await row.getByRole("link", { name: feature.name, exact: true }).focus();
  await page.keyboard.press("e");
  const edit = page.getByRole("dialog", { name: feature.name });
  await expect(edit.getByLabel("ID", { exact: true })).toHaveAttribute("readonly", "");
  await page.keyboard.press("Escape");
  await expect(edit).toBeHidden();
});

test("a plan is drafted, seen as a card, and published", async ({ page }) => {
  await page.goto(`${base}/plans`);
  await expect(page.getByRole("heading", { name: "Plans", level: 1 })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("n");
  await page.waitForURL("**/plans/new");
  await expect(publishButton(page)).toHaveAttribute("aria-disabled", "true");

  await test.step("the card follows every keystroke", async () => {
    await page.getByLabel("Name", { exact: true }).pressSequentially(plan.name);
    await expect(card(page)).toContainText(plan.name);
    await expect(card(page)).toContainText("Free");
    await expect(page.getByLabel("ID", { exact: true })).toHaveValue(plan.id);
  });

  await test.step("an item without an amount is refused at its field", async () => {
    await page.getByRole("button", { name: "Add feature" }).click();
    const sheet = page.getByRole("dialog", { name: "Add feature" });
    await sheet.getByLabel("Feature", { exact: true }).selectOption(feature.id);
    await sheet.getByRole("button", { name: "Add feature" }).click();
    await expect(sheet.getByText("Enter a number.").first()).toBeVisible();
    await expectAccessible(page);
    await sheet.getByLabel("Included").fill("0.1k");
    await sheet.getByRole("button", { name: "Add feature" }).click();
    await expect(sheet).toBeHidden();
    await expect(card(page)).toContainText(`100 ${feature.name} per month`);
  });

  await test.step("the same item twice is said at its place and stops publishing", async () => {
    await page.getByRole("button", { name: "Add feature" }).click();
    const sheet = page.getByRole("dialog", { name: "Add feature" });
    await sheet.getByLabel("Feature", { exact: true }).selectOption(feature.id);
    await sheet.getByLabel("Included").fill("5");
    await sheet.getByRole("button", { name: "Add feature" }).click();
    const second = page.locator("li[data-item]").filter({ hasText: `5 ${feature.name}` });
    await expect(second).toContainText("twice");
    await expect(publishButton(page)).toHaveAttribute("aria-disabled", "true");
    await expect(publishButton(page)).toHaveAccessibleDescription(/twice/);
    await page.getByRole("button", { name: `Remove 5 ${feature.name}` }).click();
    await expect(page.getByRole("button", { name: "Add feature" })).toBeFocused();
    await expect(publishButton(page)).not.toHaveAttribute("aria-disabled", "true");
  });

  await test.step("the draft outlives a reload", async () => {
    await expect(page.getByText("Draft saved")).toBeVisible();
    await page.waitForURL("**/plans/new?draft=*");
    await page.reload();
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue(plan.name);
    await expect(page.getByLabel("ID", { exact: true })).toHaveValue(plan.id);
    await expect(card(page)).toContainText(`100 ${feature.name} per month`);
  });

  await test.step("publishing says what it does, and does it", async () => {
    await publishButton(page).click();
    const dialog = page.getByRole("alertdialog", { name: `Publish ${plan.name}?` });
    await expect(dialog).toContainText(`${feature.name} added: 100 ${feature.name} per month`);
    await expect(dialog).toContainText("No customer has it yet.");
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Publish version 1" }).click();
    await page.waitForURL(`**/plans/${plan.id}`);
    await expect(page.getByText("Published")).toBeVisible();
    await expectAccessible(page);
  });

  await page.getByRole("navigation", { name: "Breadcrumb" }).getByText("Plans").click();
  const row = page.getByRole("row", { name: new RegExp(plan.name) });
  await expect(row).toContainText("v1");
  await expect(row).toContainText("Free");
  await expect(row.getByRole("link", { name: `0 customers on ${plan.name}` })).toBeVisible();
});

test("a published plan is changed by a draft, and its history tells it", async ({ page }) => {
  await page.goto(`${base}/plans/${plan.id}`);
  await expect(page.getByText("Published")).toBeVisible();
  await page.getByRole("button", { name: `Edit 100 ${feature.name}` }).click();
  const sheet = page.getByRole("dialog", { name: "Edit feature" });
  await sheet.getByLabel("Included").fill("200");
  await sheet.getByRole("button", { name: "Change feature" }).click();
  await expect(card(page)).toContainText(`200 ${feature.name}`);
  await expect(page.getByText("Draft saved")).toBeVisible();

  const listed = await page.context().newPage();
  await listed.goto(`${base}/plans`);
  const row = listed.getByRole("row", { name: new RegExp(plan.name) });
  await expect(row).toContainText("Draft");
  await expect(row).toContainText("100");
  await listed.close();

  await publishButton(page).click();
  const dialog = page.getByRole("alertdialog", { name: `Publish ${plan.name}?` });
  await expect(dialog).toContainText("→ 200");
  await expect(dialog).toContainText(
    "It takes the place of version 1, which no customer ever had.",
  );
  await dialog.getByRole("button", { name: "Publish version 1" }).click();
  await expect(dialog).toBeHidden();
  await expect(publishButton(page)).toHaveAccessibleDescription("Nothing was changed yet.");

  await page.getByRole("link", { name: "Versions" }).click();
  const versions = page.getByRole("table", { name: "Versions" });
  await expect(versions).toContainText(`200 ${feature.name} per month`);
  await expect(versions).toContainText(bootstrapped.ownerEmail);
  await expectAccessible(page);
});

test("two editors of one plan are told of each other", async ({ page }) => {
  const other = await page.context().newPage();
  await page.goto(`${base}/plans/${plan.id}`);
  await other.goto(`${base}/plans/${plan.id}`);
  await expect(other.getByLabel("Description")).toBeVisible();
  await page.getByLabel("Description").fill("Written by the first.");
  await expect(page.getByText("Draft saved")).toBeVisible();

  await other.getByLabel("Description").fill("Written by the second.");
  await expect(other.getByText("Somebody else changed this plan")).toBeVisible();
  await expect(other.getByLabel("Description")).toHaveValue("Written by the second.");
  await expectAccessible(other);
  await other.getByRole("button", { name: "Show their version" }).click();
  await expect(other.getByLabel("Description")).toHaveValue("Written by the first.");

  await other.getByRole("button", { name: "Discard draft" }).click();
  const dialog = other.getByRole("alertdialog", { name: "Discard this draft?" });
  await dialog.getByRole("button", { name: "Discard draft" }).click();
  await expect(other.getByLabel("Description")).toHaveValue("");
});

test("form and card take turns on a phone, and nothing scrolls sideways", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto(`${base}/plans/${plan.id}`);
  await expect(page.getByLabel("Name", { exact: true })).toBeVisible();
  await expect(card(page)).toBeHidden();
  await expectNoSideScroll(page);
  await page.getByRole("button", { name: "Card", exact: true }).click();
  await expect(card(page)).toContainText(`200 ${feature.name}`);
  await expect(page.getByLabel("Name", { exact: true })).toBeHidden();
  for (const path of ["features", "plans", `plans/${plan.id}/versions`, "developers/quickstart"]) {
    await page.goto(`${base}/${path}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    await expectNoSideScroll(page);
    await expectAccessible(page);
  }
});

test("the reference of the API is served by this installation alone", async ({ page, baseURL }) => {
  const outside: string[] = [];
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(String(baseURL)) && !url.startsWith("data:")) outside.push(url);
  });
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) complaints.push(message.text());
  });
  await page.goto(`${base}/home`);
  await page.getByRole("link", { name: "API reference" }).click();
  await page.waitForURL("**/docs");
  await page.getByRole("button", { name: /Check access to a feature/ }).click();
  await expect(page.getByText("Needs the scope").first()).toBeVisible();
  await expectAccessible(page);
  expect(outside).toEqual([]);
  expect(complaints).toEqual([]);
});

import { expect, type Page, test } from "@playwright/test";
import { expectAccessible, expectNoSideScroll } from "./expect-accessible";
import { fresh } from "./installation";
import { signIn } from "./sign-in";

const owner = { email: "ana@example.com", password: "a-first-password-for-ana" };
const home = "/o/acme/sandbox/home";

const doneSteps = (page: Page) => page.locator("li[data-done=true]");

test("a fresh installation leads from the first page to an answered check", async ({ page }) => {
  test.setTimeout(180_000);

  await test.step("the first owner sets it up", async () => {
    await page.goto("/");
    await expect(page).toHaveURL(/\/setup$/);
    await expectAccessible(page);
    await page.getByLabel("Setup token").fill("not the token that was printed");
    await page.getByLabel("Organization").fill("Acme");
    await page.getByLabel("Your name").fill("Ana Lima");
    await page.getByLabel("E-mail").fill(owner.email);
    await page.getByLabel("Password", { exact: true }).fill(owner.password);
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(page.getByLabel("Setup token")).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByLabel("E-mail")).toHaveValue(owner.email);

    await page.getByLabel("Setup token").fill(fresh.setupToken);
    await page.getByRole("button", { name: "Create account" }).click();
    await page.waitForURL(`**${home}`);
  });

  await test.step("home shows the sandbox and nothing done", async () => {
    await expect(page.getByRole("complementary", { name: "Environment" })).toContainText("Sandbox");
    await expect(page.getByText("0 of 5 done")).toBeVisible();
    await expect(doneSteps(page)).toHaveCount(0);
    await expect(page).toHaveTitle("Home · Acme · Sandbox · Windfall");
    await expectAccessible(page);
    await page.goto("/o/acme/live/home");
    await expect(page.getByText("0 of 5 done")).toBeVisible();
    await expect(page.getByRole("complementary", { name: "Environment" })).toHaveCount(0);
  });

  await test.step("the session outlives a reload; a wrong password keeps the e-mail", async () => {
    await page.goto(home);
    await page.reload();
    await expect(page.getByRole("heading", { name: "Home", level: 1 })).toBeVisible();
    await page.getByRole("button", { name: /^Account:/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL("**/sign-in**");
    await page.goto("/setup");
    await expect(page).toHaveURL(/\/sign-in/);
    await page.getByLabel("E-mail").fill(owner.email);
    await page.getByLabel("Password", { exact: true }).fill("not her password");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page.getByRole("alert").filter({ hasText: /password/i })).toBeVisible();
    await expect(page.getByLabel("E-mail")).toHaveValue(owner.email);
    await expectAccessible(page);
    await signIn(page, owner);
    await page.goto(home);
  });

  await test.step("a feature, a plan and a customer tick three steps", async () => {
    await defineMessages(page);
    await publishFree(page);
    await page.goto(home);
    await expect(page.getByText("2 of 5 done")).toBeVisible();
    await page.getByRole("link", { name: /New customer/ }).click();
    const sheet = page.getByRole("dialog", { name: "New customer" });
    await sheet.getByLabel(/^Name/).fill("Bea Costa");
    await sheet.getByLabel(/^ID/).fill("user_1");
    await sheet.getByRole("button", { name: "Create customer" }).click();
    await page.waitForURL("**/customers/user_1");
    await page.goto(home);
    await expect(doneSteps(page)).toHaveCount(3);
  });

  await test.step("the quickstart's marks flip with the first track and check", async () => {
    const key = await createKey(page);
    await page.goto("/o/acme/sandbox/developers/quickstart?stack=curl");
    await expect(page.getByText("Waiting for the first track…")).toBeVisible();
    await expect(page.locator("#track code")).toContainText('"customer_id":"user_1"');
    await expect(page.locator("#track code")).toContainText('"feature_id":"messages"');
    await expectAccessible(page);
    const usage = { customer_id: "user_1", feature_id: "messages" };
    const call = async (operation: string, body: Record<string, unknown>) => {
      const headers = { authorization: `Bearer ${key}` };
      const answer = await page.request.post(`/v1/${operation}`, { data: body, headers });
      expect(answer.status(), await answer.text()).toBe(200);
      return answer.json();
    };
    await call("balances.track", { ...usage, value: 7 });
    await expect(page.getByText("Usage is arriving.")).toBeVisible({ timeout: 15_000 });
    await expect(page.getByText("Waiting for the first check…")).toBeVisible();
    expect(await call("balances.check", usage)).toMatchObject({
      allowed: true,
      balance: { remaining: 93 },
    });
    await expect(page.getByText("Checks are being answered.")).toBeVisible({ timeout: 15_000 });
  });

  await test.step("home then counts", async () => {
    await page.goto(home);
    await expect(page.getByRole("link", { name: "1 Customers" })).toBeVisible();
    await expect(page.getByRole("link", { name: "1 Events today" })).toBeVisible();
    await expectAccessible(page);
    await page.setViewportSize({ width: 320, height: 640 });
    await expectNoSideScroll(page);
  });
});

async function defineMessages(page: Page): Promise<void> {
  await page.getByRole("link", { name: /New feature/ }).click();
  const sheet = page.getByRole("dialog", { name: "New feature" });
  await sheet.getByLabel("Name", { exact: true }).fill("Messages");
  await expect(sheet.getByLabel("ID", { exact: true })).toHaveValue("messages");
  await sheet.getByRole("button", { name: "Create feature" }).click();
  await expect(sheet).toBeHidden();
  await expect(page.getByRole("row", { name: /Messages/ })).toBeVisible();
}

async function publishFree(page: Page): Promise<void> {
  await page.goto(home);
  await expect(page.getByText("1 of 5 done")).toBeVisible();
  await page.getByRole("link", { name: /New plan/ }).click();
  await page.getByLabel("Name", { exact: true }).fill("Free");
  await page.getByRole("switch", { name: "Give to every new customer" }).click();
  await page.getByRole("button", { name: "Add feature" }).click();
  const sheet = page.getByRole("dialog", { name: "Add feature" });
  await sheet.getByLabel("Feature", { exact: true }).selectOption("messages");
  await sheet.getByLabel("Included").fill("100");
  await sheet.getByRole("button", { name: "Add feature" }).click();
  await expect(page.getByText("Draft saved")).toBeVisible();
  await page.getByRole("button", { name: "Publish" }).click();
  const dialog = page.getByRole("alertdialog", { name: "Publish Free?" });
  await expect(dialog).toContainText("Every new customer gets it.");
  await dialog.getByRole("button", { name: "Publish version 1" }).click();
  await page.waitForURL("**/plans/free");
}

async function createKey(page: Page): Promise<string> {
  await page.goto("/o/acme/sandbox/developers/keys");
  await page.getByRole("button", { name: "Create key" }).first().click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("Name", { exact: true }).fill("Journey");
  await sheet.getByRole("button", { name: "Create key" }).click();
  const shown = sheet.locator("#shown-key");
  await expect(shown).toHaveValue(/^am_sk_test_/);
  return shown.inputValue();
}

import { expect, test } from "@playwright/test";
import { acceptInvitation, api, askDatabase, invite, owner, place, tag } from "./dashboard";
import { expectAccessible } from "./expect-accessible";
import { signIn } from "./sign-in";

const support = { email: `sam.${tag}@example.com`, password: "sams-own-password" };
const customer = {
  customer_id: `nora_${tag}`,
  name: "Nora Vance",
  email: `nora.vance.${tag}@example.com`,
};
const feature = { feature_id: `units_${tag}`, name: "Units", type: "metered", consumable: true };

test.describe("as support", () => {
  test.describe.configure({ mode: "serial" });

  test.beforeAll(async ({ browser }) => {
    const page = await browser.newPage();
    await signIn(page, owner);
    await api(page, "features.create", feature);
    await api(page, "customers.get_or_create", customer);
    await api(page, "balances.create", {
      customer_id: customer.customer_id,
      feature_id: feature.feature_id,
      included_grant: 20,
      reason: "Promised at signing",
    });
    const path = await invite(page, support.email, "support");
    const guest = await browser.newContext();
    await acceptInvitation(await guest.newPage(), path, support.password);
    await guest.close();
    await page.close();
  });

  test.beforeEach(async ({ page }) => signIn(page, support));

  test("a grant is previewed, made once, explained, audited and undone", async ({ page }) => {
    await page.goto(`${place}/customers`);
    await expect(page.getByRole("table", { name: "Customers" })).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press("Meta+k");
    await expect(page.getByRole("dialog", { name: "Search and commands" })).toBeVisible();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.keyboard.type(`nora.vance.${tag}`);
    await expect(page.getByRole("option", { name: /Nora Vance/ })).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: "Nora Vance" })).toBeVisible();
    await expect(page.getByRole("table", { name: "Balances" })).toContainText("20 of 20");
    await expectAccessible(page);

    await page.keyboard.press("b");
    const sheet = page.getByRole("dialog", { name: "Nora Vance · Grant or adjust" });
    await expect(sheet.getByLabel("Amount")).toBeFocused();
    await sheet.getByLabel("Feature").selectOption(feature.feature_id);
    await sheet.getByLabel("Amount").fill("500");
    await sheet.getByRole("radio", { name: "30 days" }).click();
    const confirm = sheet.getByRole("button", { name: "Grant 500 Units" });
    await confirm.click();
    await expect(sheet.getByLabel("Reason")).toBeFocused();
    await expect(sheet.getByLabel("Reason")).toHaveAccessibleDescription(/Say why/);
    await expectAccessible(page);
    await sheet.getByRole("button", { name: "Outage" }).click();
    const preview = sheet.getByRole("region", { name: "Preview" });
    await expect(preview.getByRole("definition").first()).toHaveText("20520");
    await expect(preview.getByRole("img", { name: "becomes" }).first()).toBeVisible();
    await confirm.dblclick();

    await expect(sheet.getByRole("heading", { name: "Granted 500 Units" })).toBeFocused();
    await expect(page.locator("[data-live-region]")).toHaveText(/Granted 500 Units, balance 520/);
    await expectAccessible(page);
    const edits = await askDatabase(
      `SELECT b.id FROM balance_edit b JOIN customer c ON c.id = b.customer_id
       WHERE c.external_id = $1 AND b.reason = 'Outage'`,
      [customer.customer_id],
    );
    expect(edits).toHaveLength(1);
    const audited = await askDatabase(
      `SELECT action, actor_kind, actor_label, reason, request_id, after FROM audit_entry
       WHERE target_type = 'customer' AND target_id = $1 AND actor_kind = 'user'`,
      [customer.customer_id],
    );
    expect(audited).toEqual([
      {
        action: "balances.create",
        actor_kind: "user",
        actor_label: support.email,
        reason: "Outage",
        request_id: expect.stringMatching(/^req_/),
        after: expect.objectContaining({ feature_id: feature.feature_id }),
      },
    ]);

    await sheet.getByRole("link", { name: "View entry" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Units ledger" })).toBeVisible();
    await expect(page.locator("[data-equation]")).toContainText("= 520");
    const lots = page.getByRole("table", { name: "Lots" });
    await expect(lots.getByRole("row").filter({ hasText: "500" })).toContainText(/Expires \d+ \w+/);
    const entries = page.getByRole("table", { name: "Entries" });
    const entry = entries.getByRole("row").filter({ hasText: "Outage" });
    await expect(entry).toContainText("+500");
    await expect(entry).toContainText(support.email);
    await expectAccessible(page);

    await entry.getByRole("button", { name: "Undo" }).click();
    await expectAccessible(page);
    await page.getByRole("alertdialog").getByRole("button", { name: "Undo edit" }).click();
    await expect(page.locator("[data-equation]")).toContainText("= 20");
    await expect(entry).toContainText("Undone");
    await expect(entries.getByRole("row").filter({ hasText: "Takes an edit back" })).toContainText(
      "−500",
    );
    const check = await api<{ balance: { remaining: number } }>(page, "balances.check", {
      customer_id: customer.customer_id,
      feature_id: feature.feature_id,
    });
    expect(check.balance.remaining).toBe(20);
  });

  test("a balance that was changed past the product shows both numbers", async ({ page }) => {
    const spoil = (by: number) =>
      askDatabase(
        `UPDATE grants g SET balance = g.balance + $2 FROM customer c
         WHERE c.id = g.customer_id AND c.external_id = $1 AND g.ended_at IS NULL AND g.balance = $3`,
        [customer.customer_id, by, by > 0 ? 20 : 31],
      );
    await spoil(11);
    await page.goto(`${place}/customers/${customer.customer_id}/balances/${feature.feature_id}`);
    const banner = page.getByRole("alert").filter({ hasText: "differs from its ledger" });
    await expect(banner).toContainText("Granted by hand: 31 stored, 20 by the ledger");
    await expectAccessible(page);
    await spoil(-11);
    await page.reload();
    await expect(page.locator("[data-equation]")).toContainText("= 20");
    await expect(banner).toHaveCount(0);
  });

  test("what the role may not do says so and stays closed", async ({ page }) => {
    await page.goto(`${place}/customers/${customer.customer_id}?sheet=attach`);
    const attach = page.getByRole("button", { name: "Attach plan" }).first();
    await expect(attach).toHaveAttribute("aria-disabled", "true");
    await expect(attach).toHaveAccessibleDescription(/needs the role/);
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });

  test("an entity that does not exist is an error, never the customer", async ({ page }) => {
    await page.goto(`${place}/customers/${customer.customer_id}?entity=nobody&sheet=grant`);
    await expect(page.getByRole("alert").filter({ hasText: "nobody" })).toContainText(
      "Entity nobody not found",
    );
    await expect(page.getByRole("button", { name: "Grant" })).toHaveCount(0);
    await page.keyboard.press("b");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expectAccessible(page);
    await page.getByRole("button", { name: "Show the whole customer" }).click();
    await expect(page.getByRole("table", { name: "Balances" })).toContainText("20 of 20");
  });
});

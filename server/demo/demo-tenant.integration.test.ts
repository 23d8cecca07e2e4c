import { describe, expect, it } from "vitest";
import { db } from "../platform/db";
import { testOrganization } from "../testing/ctx";
import { findDemoTenant } from "./demo-tenant";

const anywhere = { organization: undefined, environment: undefined };

describe("the place of the demo", () => {
  it("is the sandbox of the only organization, which is made where there is none", async () => {
    const made = await findDemoTenant(db(), anywhere);
    expect(made).toMatchObject({ envSlug: "sandbox", envKind: "sandbox" });
    expect(await findDemoTenant(db(), anywhere)).toEqual(made);
  });

  it("has to be named once there are several", async () => {
    const other = await testOrganization();
    await expect(findDemoTenant(db(), anywhere)).rejects.toMatchObject({
      reason: "organization_unclear",
    });
    expect(await findDemoTenant(db(), { ...anywhere, organization: other.slug })).toEqual(
      other.sandbox,
    );
  });

  it("is live only for whoever asks for it, to be told that it cannot be", async () => {
    const { slug, live } = await testOrganization();
    expect(await findDemoTenant(db(), { organization: slug, environment: "live" })).toEqual(live);
  });

  it("is refused with the choices when it does not exist", async () => {
    const wanted = { organization: "nobody", environment: undefined };
    await expect(findDemoTenant(db(), wanted)).rejects.toMatchObject({
      reason: "organization_not_found",
      message: expect.stringContaining("default/sandbox"),
    });
  });
});

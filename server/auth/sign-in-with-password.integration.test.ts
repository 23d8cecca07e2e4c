import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { freezeClock, wallNow } from "../platform/clock";
import { db } from "../platform/db";
import { signInWithPassword } from "./sign-in-with-password";
import { createUser } from "./users";

const password = "correct horse battery staple";

async function person() {
  const email = `${randomUUID()}@example.com`;
  const user = await createUser(db(), { email, name: "Ana", password, now: wallNow() });
  const attempt = (tried: string, address = randomUUID()) =>
    signInWithPassword(db(), { email, password: tried, address });
  return { user, email, attempt };
}

afterEach(() => freezeClock(null));

describe("signInWithPassword", () => {
  it("lets the right password in and no other", async () => {
    const { user, attempt } = await person();
    expect(await attempt(password)).toEqual(user);
    expect(await attempt("wrong")).toBeNull();
    expect(await attempt("")).toBeNull();
  });

  it("answers an unknown e-mail like a wrong password", async () => {
    const email = `${randomUUID()}@example.com`;
    expect(await signInWithPassword(db(), { email, password, address: null })).toBeNull();
  });

  it("stops an e-mail after ten failures, even for the right password, for a quarter of an hour", async () => {
    const start = new Date("2026-11-20T10:00:00Z");
    freezeClock(start);
    const { user, attempt } = await person();
    for (let failure = 1; failure <= 10; failure++) expect(await attempt("wrong")).toBeNull();
    await expect(attempt(password)).rejects.toMatchObject({
      kind: "rate_limited",
      reason: "too_many_attempts",
    });
    freezeClock(new Date(start.getTime() + 15 * 60_000));
    expect(await attempt(password)).toEqual(user);
  });

  it("lets no more through when the attempts come at once", async () => {
    const { attempt } = await person();
    const tries = await Promise.allSettled(Array.from({ length: 25 }, () => attempt("wrong")));
    expect(tries.filter((tried) => tried.status === "fulfilled")).toHaveLength(10);
  });

  it("starts afresh after a success", async () => {
    const { attempt } = await person();
    for (let round = 1; round <= 2; round++) {
      for (let failure = 1; failure <= 9; failure++) expect(await attempt("wrong")).toBeNull();
      expect(await attempt(password)).not.toBeNull();
    }
  });

  it("stops an address that tries many e-mails, and blames it for failures only", async () => {
    const address = randomUUID();
    const { attempt } = await person();
    for (let success = 1; success <= 5; success++) await attempt(password, address);
    const stranger = () =>
      signInWithPassword(db(), { email: `${randomUUID()}@example.com`, password, address });
    for (let failure = 1; failure <= 50; failure++) expect(await stranger()).toBeNull();
    await expect(stranger()).rejects.toMatchObject({ reason: "too_many_attempts" });
  });
});

import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { wallNow } from "../platform/clock";
import { db } from "../platform/db";
import { resetPassword } from "./reset-password";
import { findSignedIn } from "./session";
import { startSession } from "./sessions";
import { signInWithPassword } from "./sign-in-with-password";
import { createUser } from "./users";

const old = "correct horse battery staple";

describe("resetPassword", () => {
  it("gives a password that works, ends the old one and every sign-in", async () => {
    const email = `${randomUUID()}@example.com`;
    const user = await createUser(db(), { email, name: "Ana", password: old, now: wallNow() });
    const sessionId = await startSession(db(), { userId: user.id, userAgent: null });
    const password = await resetPassword(db(), email);
    const attempt = (tried: string) =>
      signInWithPassword(db(), { email, password: tried, address: null });
    expect(await attempt(old)).toBeNull();
    expect(await attempt(password)).toEqual(user);
    expect(await findSignedIn(db(), sessionId)).toBeNull();
  });

  it("says so when nobody has this e-mail", async () => {
    await expect(resetPassword(db(), "nobody@example.com")).rejects.toMatchObject({
      reason: "user_not_found",
    });
  });
});

import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { assertDatabaseAnswers } from "./database.mjs";

// Something that listens but is no Postgres.
const stranger = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
let strangerPort = 0;

beforeAll(async () => {
  await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  const address = stranger.address();
  strangerPort = typeof address === "object" && address ? address.port : 0;
});

afterAll(() => stranger.close());

function withChange(change: (url: URL) => void): string {
  const url = new URL(inject("serverUrl"));
  change(url);
  return url.href;
}

async function refusal(url: string): Promise<string> {
  const error = await assertDatabaseAnswers(url).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: "StartError" });
  return error instanceof Error ? error.message : "";
}

describe("DATABASE_URL", () => {
  it("is accepted when a Postgres answers", async () => {
    await expect(assertDatabaseAnswers(inject("serverUrl"))).resolves.toBeUndefined();
  });

  it("that points nowhere is refused with the place and a way out", async () => {
    expect(await refusal("postgresql://someone:secret@127.0.0.1:9/windfall")).toMatch(
      /^Nothing answers at the database windfall at 127\.0\.0\.1:9\. .*leave it out/,
    );
    expect(await refusal("postgresql://someone@no-such-host.invalid/windfall")).toMatch(
      /host of the database windfall at no-such-host\.invalid:5432 is unknown/,
    );
  });

  it("with a wrong password is refused", async () => {
    const url = withChange((address) => {
      address.password = "wrong-secret";
    });
    expect(await refusal(url)).toMatch(/refuses this user or password/);
  });

  it("with a missing database is refused", async () => {
    const url = withChange((address) => {
      address.pathname = "/no_such_database";
    });
    expect(await refusal(url)).toMatch(/no database of that name\. Create it with createdb/);
  });

  it("of something else is refused", async () => {
    const url = `postgresql://someone:secret@127.0.0.1:${strangerPort}/windfall`;
    expect(await refusal(url)).toMatch(/does not answer as a Postgres/);
  });

  it("is never repeated with its password", async () => {
    const urls = [
      "postgresql://someone:hunter2@127.0.0.1:9/windfall",
      `postgresql://someone:hunter2@127.0.0.1:${strangerPort}/windfall`,
      "postgresql://someone:hunter2@:::/windfall",
    ];
    for (const url of urls) expect(await refusal(url)).not.toContain("hunter2");
  });
});

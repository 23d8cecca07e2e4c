import { afterAll, inject } from "vitest";
import { overrideEnv } from "../platform/env";
import { createTestDatabase } from "./database";

// Top-level, so that the database exists before the test file's own imports ask for it.
const database = await createTestDatabase(inject("serverUrl"), inject("template"));
overrideEnv({ DATABASE_URL: database.url });

afterAll(async () => {
  await database.drop();
});

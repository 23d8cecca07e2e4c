import { describe, expect, it } from "vitest";
import { EnvironmentError, envNames, parseEnv } from "./env";

const required = {
  DATABASE_URL: "postgresql://windfall:secret@127.0.0.1:5432/windfall",
  NEXTAUTH_SECRET: "0123456789012345678901234567890123456789",
};

function refusal(variables: Record<string, string>): string {
  try {
    parseEnv(variables);
  } catch (error) {
    expect(error).toBeInstanceOf(EnvironmentError);
    return error instanceof Error ? error.message : "";
  }
  throw new Error("the variables were accepted");
}

describe("parseEnv", () => {
  it("fills the defaults and counts an empty value as absent", () => {
    const parsed = parseEnv({ ...required, PORT: "", HOST: " ", GITHUB_ID: "", GITHUB_SECRET: "" });
    expect(parsed).toMatchObject({ PORT: 3000, HOST: "127.0.0.1", LOG_LEVEL: "info" });
    expect(parsed.GITHUB_ID).toBeUndefined();
    expect(parsed.WINDFALL_VERSION).toMatch(/^\d+\.\d+\.\d+/);
  });

  it("names every wrong variable and says how to mend it", () => {
    const wrong: Record<string, string> = {
      DATABASE_URL: "mysql://localhost/windfall",
      PORT: "http",
      HOST: "no such host",
      WINDFALL_URL: "billing.example.com",
      NEXTAUTH_URL: "ftp://example.com",
      NEXTAUTH_SECRET: "short",
      WINDFALL_BOOTSTRAP_SECRET_KEY: "am_sk_live_0123456789",
      WINDFALL_BOOTSTRAP_OWNER_EMAIL: "owner",
      WINDFALL_BOOTSTRAP_OWNER_PASSWORD: "short",
      WINDFALL_SETUP_TOKEN: "short",
      SMTP_URL: "mail.example.com",
      EMAIL_FROM: "a",
      METRICS_TOKEN: "short",
      LOG_LEVEL: "loud",
      RATE_LIMITS: "sometimes",
    };
    const lines = refusal(wrong).split("\n");
    for (const name of Object.keys(wrong)) {
      const line = lines.find((candidate) => candidate.startsWith(name));
      expect(line, name).toMatch(/^\w+ .+\. [A-Z].+/);
    }
    expect(lines).toHaveLength(Object.keys(wrong).length);
  });

  it("says what to do when a required variable is missing", () => {
    expect(refusal({})).toMatch(/^DATABASE_URL is missing\. .*npm start/m);
    expect(refusal({})).toMatch(/^NEXTAUTH_SECRET is missing\. .*openssl/m);
  });

  it.each([
    ["SMTP_URL", "smtp://mail.example.com", "EMAIL_FROM"],
    ["EMAIL_FROM", "billing@example.com", "SMTP_URL"],
    ["GITHUB_ID", "id", "GITHUB_SECRET"],
    ["GOOGLE_SECRET", "secret", "GOOGLE_ID"],
    ["WINDFALL_BOOTSTRAP_OWNER_EMAIL", "a@example.com", "WINDFALL_BOOTSTRAP_OWNER_PASSWORD"],
  ])("refuses %s alone", (name, value, partner) => {
    expect(refusal({ ...required, [name]: value })).toBe(
      `${name} is set without ${partner}. Set both or neither.`,
    );
  });

  it("never repeats a value, which may be a secret", () => {
    const values = { NEXTAUTH_SECRET: "hunter2", DATABASE_URL: "mysql://u:hunter2@h/d" };
    expect(refusal(values)).not.toContain("hunter2");
  });

  it("knows each name once", () => {
    expect(new Set(envNames).size).toBe(envNames.length);
  });
});

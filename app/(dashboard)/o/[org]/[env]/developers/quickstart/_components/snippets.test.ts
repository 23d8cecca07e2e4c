import { describe, expect, it } from "vitest";
import { snippetsFor, stacks } from "./snippets";

const names = {
  serverUrl: "http://localhost:3000",
  customerId: "user_1",
  featureId: "messages",
};

describe("snippetsFor", () => {
  it.each(stacks.map(({ value }) => value))("puts the real ids into %s", (stack) => {
    const { customer, track, check } = snippetsFor(stack, names);
    expect(customer.code).toContain("user_1");
    for (const { code } of [track, check]) {
      expect(code).toContain("user_1");
      expect(code).toContain("messages");
    }
  });

  it("keeps an id from ending its string", () => {
    const { check } = snippetsFor("autumn-js", { ...names, customerId: 'a"b' });
    expect(check.code).toContain('customerId: "a\\"b"');
    const inShell = snippetsFor("curl", { ...names, customerId: "a'b" });
    expect(inShell.check.code).toContain("a'\\''b");
  });
});

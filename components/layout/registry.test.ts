import { describe, expect, it, vi } from "vitest";
import { createRegistry } from "./registry";
import { activeShortcuts, type Shortcut } from "./shortcuts";

describe("createRegistry", () => {
  it("keeps the order of mounting when an entry changes, and tells who watches", () => {
    const registry = createRegistry<string>();
    const listener = vi.fn();
    const unsubscribe = registry.subscribe(listener);
    registry.set("a", "first");
    registry.set("b", "second");
    registry.set("a", "changed");
    expect(registry.entries()).toEqual(["changed", "second"]);
    expect(listener).toHaveBeenCalledTimes(3);
    unsubscribe();
    registry.delete("a");
    expect(registry.entries()).toEqual(["second"]);
    expect(listener).toHaveBeenCalledTimes(3);
  });
});

describe("activeShortcuts", () => {
  it("prefers the page's shortcut to the shell's, whichever came first", () => {
    const shortcut = (group: Shortcut["group"], label: string): Shortcut => ({
      keys: "/",
      label,
      group,
      run: () => {},
    });
    const page = shortcut("On this page", "Search customers");
    const shell = shortcut("Everywhere", "Search");
    expect(activeShortcuts([page, shell]).get("/")).toBe(page);
    expect(activeShortcuts([shell, page]).get("/")).toBe(page);
  });
});

import { describe, expect, it } from "vitest";
import { listErrors } from "./list-errors";

describe("listErrors", () => {
  it("finds the messages of nested fields and leaves the form's own error out", () => {
    expect(
      listErrors<{ name: string; items: { included: string }[] }>({
        name: { type: "required", message: "Enter a name." },
        items: [undefined, { included: { type: "custom", message: "Enter a number." } }],
        root: { server: { message: "Not saved." } },
      }),
    ).toEqual([
      { path: "name", message: "Enter a name." },
      { path: "items.1.included", message: "Enter a number." },
    ]);
  });

  it("is empty without errors", () => {
    expect(listErrors({})).toEqual([]);
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePublicId, toPublicId } from "./id";

const uuid = "01890a5d-ac96-774b-bcce-b302099a8057";

describe("public ids", () => {
  it("come back as the uuid they were made of", () => {
    fc.assert(
      fc.property(fc.uuid(), (any) => {
        expect(parsePublicId("grt", toPublicId("grt", any))).toBe(any);
      }),
    );
  });

  it("sort as the uuids do", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (a, b) => {
        expect(toPublicId("evt", a) < toPublicId("evt", b)).toBe(a < b);
      }),
    );
  });

  it("are a prefix and 26 characters", () => {
    expect(toPublicId("cus", uuid)).toBe("cus_01h455vb4pex5vsknk084sn02q");
    expect(toPublicId("cus", "ffffffff-ffff-ffff-ffff-ffffffffffff")).toBe(
      `cus_7${"z".repeat(25)}`,
    );
  });

  it("are read as a bare uuid too", () => {
    expect(parsePublicId("cus", uuid)).toBe(uuid);
  });

  it.each([
    "",
    "cus_",
    "cus_1",
    "grt_01h455vb4pex5vsknk084sn02q",
    "cus_01H455VB4PEX5VSKNK084SN02Q",
    "cus_81h455vb4pex5vsknk084sn02q",
    "cus_01h455vb4pex5vsknk084sn0il",
    "cus_01h455vb4pex5vsknk084sn02q0",
    "x".repeat(10_000),
  ])("refuse %j", (text) => {
    expect(parsePublicId("cus", text)).toBeNull();
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesArray, instantArray, plainArray, textArray } from "./sql-array";
import { bytesOf, instantOf, recordCells } from "./sql-text";

describe("instantOf", () => {
  it("reads every instant that Postgres writes in UTC", () => {
    const asPostgresWrites = (at: Date) => {
      const [seconds = "", ms = ""] = at.toISOString().slice(0, -1).split(".");
      const fraction = ms.replace(/0+$/, "");
      return `${seconds.replace("T", " ")}${fraction === "" ? "" : `.${fraction}`}+00`;
    };
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date("9999-12-31T00:00:00Z"), noInvalidDate: true }),
        (at) => {
          expect(instantOf(asPostgresWrites(at))).toEqual(at);
          expect(instantOf(`"${asPostgresWrites(at)}"`)).toEqual(at);
        },
      ),
    );
  });

  it("refuses another zone", () => {
    expect(() => instantOf("2026-11-21 15:00:00+05:30")).toThrow(/not written in UTC/);
  });
});

describe("literals", () => {
  it("quotes what comes from outside and nothing else", () => {
    expect(plainArray(["a", 1, 2n, true, null])).toBe("{a,1,2,true,NULL}");
    expect(textArray(['say "hi"', "back\\slash", "a,b", "{}", "", "NULL", null])).toBe(
      '{"say \\"hi\\"","back\\\\slash","a,b","{}","","NULL",NULL}',
    );
    expect(instantArray([new Date(0), null, new Date(5)])).toBe(
      "{1970-01-01T00:00:00.000Z,NULL,1970-01-01T00:00:00.005Z}",
    );
    expect(bytesArray([Buffer.from("ab")])).toBe('{"\\\\x6162"}');
    expect(bytesOf("\\x6162").toString()).toBe("ab");
  });

  it("takes a record apart", () => {
    expect(recordCells("(a,,3)")).toEqual(["a", "", "3"]);
  });
});

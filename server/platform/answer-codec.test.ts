import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeAnswer, encodeAnswer } from "./answer-codec";

const answer =
  '{"allowed":true,"customer_id":"user_123","required_balance":1,"balance":{"feature_id":"messages","granted":1000,"remaining":997,"usage":3,"unlimited":false,"overage_allowed":false,"max_purchase":null,"next_reset_at":1766880000000,"breakdown":[{"id":"grt_06v3wd5yd5p9h8q7tq2zq1xk6g","plan_id":"free","included_grant":1000,"prepaid_grant":0,"remaining":997,"usage":3,"unlimited":false,"reset":{"interval":"month","interval_count":1,"resets_at":1766880000000},"price":null,"expires_at":null}]},"flag":null}';

describe("stored answers", () => {
  it("come back byte for byte", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(decodeAnswer(encodeAnswer(text))).toBe(text);
      }),
    );
    expect(decodeAnswer(encodeAnswer(answer))).toBe(answer);
  });

  it("take about a fifth of their size", () => {
    expect(encodeAnswer(answer).length).toBeLessThan(answer.length / 4);
  });

  it("are still read as they were stored before they were compressed", () => {
    expect(decodeAnswer(Buffer.from(answer))).toBe(answer);
    expect(decodeAnswer(Buffer.alloc(0))).toBe("");
  });

  it("are always written with the same dictionary", () => {
    expect(decodeAnswer(Buffer.from("01434f8700", "hex"))).toBe('{"success":true}');
    const stored =
      "012390ae4a8b538be20d8d8c494d4fd032ab186f92b1b43487271a632a271a437333330b0b0308c09d7accca8ccb534c2b534c0b2c332c0acd4b0a8daa0a0d2bb2cdd2510237ad283595bca445d08be42730141f929ada00";
    expect(decodeAnswer(Buffer.from(stored, "hex"))).toBe(answer);
  });
});

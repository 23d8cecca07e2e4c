import { deflateRawSync, inflateRawSync } from "node:zlib";

/**
 * What our answers are made of, rarest first: the compressor finds what is near the end cheapest.
 * Never change it: stored answers are read with the dictionary that they were written with. A better
 * one gets a marker of its own beside this one.
 */
const DICTIONARY = Buffer.from(
  '"env":"sandbox","code":"message":"overage_behavior":"event_name":"entity_id":"properties":{}' +
    '"flag":null,"flags":{},"subscriptions":[],"purchases":[],"created_at":"name":null,"email":null,' +
    '"metadata":{},"status":"active","started_at":"canceled_at":null,"trial_ends_at":null,"usage_model":' +
    '"rollovers":[],"expires_at":null,"price":null,"prepaid_grant":0,"included_grant":"interval":"one_off",' +
    '"resets_at":null},"interval":"year","interval":"day","interval":"month","interval_count":1,"resets_at":17' +
    '{"success":true}{"allowed":false,"customer_id":"{"allowed":true,"customer_id":"{"customer_id":"' +
    '","required_balance":1,"balance":{"feature_id":"' +
    '","value":1,"balance":{"feature_id":"","granted":1000,"remaining":0,"usage":0,"unlimited":false,' +
    '"overage_allowed":false,"max_purchase":null,"next_reset_at":null,"breakdown":[{"id":"grt_0","plan_id":"' +
    '","included_grant":1000,"prepaid_grant":0,"remaining":"usage":"unlimited":false,"reset":{"interval":"month",' +
    '"interval_count":1,"resets_at":},"price":null,"expires_at":null}]},"flag":null}' +
    '"deductions":[{"balance_id":"grt_0","feature_id":"","plan_id":"","reset":{"interval":"month","resets_at":},"value":1}]}',
);

/** Starts what is compressed with the dictionary above; JSON never starts with it. */
const DEFLATED = 0x01;

/** An answer as it is stored: a fraction of its size, and byte for byte the same when read. */
export function encodeAnswer(body: string): Buffer {
  const deflated = deflateRawSync(body, { dictionary: DICTIONARY, level: 6 });
  return Buffer.concat([Buffer.of(DEFLATED), deflated]);
}

/** Reads a stored answer, also one from before answers were compressed. */
export function decodeAnswer(stored: Buffer): string {
  if (stored[0] !== DEFLATED) return stored.toString("utf8");
  return inflateRawSync(stored.subarray(1), { dictionary: DICTIONARY }).toString("utf8");
}

/** Every prefix an id may carry on the wire. The prefix names the kind of row, never its tenant. */
const idPrefixes = [
  "org",
  "env",
  "usr",
  "key",
  "cus",
  "ent",
  "grt",
  "led",
  "evt",
  "sub",
  "plv",
  "pit",
  "edt",
  "aud",
  "ses",
  "inv",
  "req",
  "dft",
] as const;

export type IdPrefix = (typeof idPrefixes)[number];

/** Crockford's base 32 in lower case: no i, l, o or u, and it sorts like the number it encodes. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const bodyPattern = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Writes a row's uuid as the id that callers see: `grt_` and 26 characters.
 *
 * The body sorts like the uuid, so ids of time-ordered uuids stay time-ordered as text.
 */
export function toPublicId(prefix: IdPrefix, uuid: string): string {
  const hex = uuid.replaceAll("-", "");
  // Twenty bits are five digits of base 16 and four of base 32; eight bits lead.
  let body = spell(hex.slice(0, 2), 2);
  for (let n = 2; n < hex.length; n += 5) body += spell(hex.slice(n, n + 5), 4);
  return `${prefix}_${body}`;
}

function spell(hex: string, length: number): string {
  const bits = Number(`0x${hex}`);
  let text = "";
  for (let n = length - 1; n >= 0; n -= 1) text += alphabet.charAt((bits >> (5 * n)) & 31);
  return text;
}

/**
 * Reads an id from the wire back into a uuid.
 *
 * A bare uuid is accepted too, since both spell the same row. Anything else, and an id of another
 * kind of row, is null: the caller answers with the same 404 as for a missing row.
 */
export function parsePublicId(prefix: IdPrefix, text: string): string | null {
  if (uuidPattern.test(text)) return text;
  if (!text.startsWith(`${prefix}_`)) return null;
  const body = text.slice(prefix.length + 1);
  if (!bodyPattern.test(body)) return null;
  let value = 0n;
  for (const character of body) value = value * 32n + BigInt(alphabet.indexOf(character));
  const hex = value.toString(16).padStart(32, "0");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}

const longest = 64;

/**
 * The id that a name suggests: `"API calls (EU)"` → `"api_calls_eu"`. Letters outside a–z lose
 * their accents; what has no counterpart is left out, so the result may be empty.
 */
export function deriveId(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .slice(0, longest)
    .replace(/^_+|_+$/g, "");
}

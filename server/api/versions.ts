import { WindfallError } from "../core/error";

const NUMBERED = /^(\d+)(?:\.(\d+))?(?:\.\d+)?(?:\.clover)?$/;
const OLDEST: readonly [number, number] = [2, 1];
/** Calendar names of 2.1, 2.2 and 2.3. */
const DATED = new Set(["2026-03-17", "2026-03-18", "2026-05-13"]);

/**
 * Accepts every wire version whose answers equal the latest: 2.1 and everything newer, so that a
 * client published after this server still works. Absent means latest.
 *
 * @throws `invalid_request/invalid_api_version`
 */
export function requireSupportedVersion(header: string | null): void {
  if (header === null || header === "") return;
  if (DATED.has(header.replace(/\.clover$/, ""))) return;
  const match = NUMBERED.exec(header);
  if (match) {
    const [major, minor] = [Number(match[1]), Number(match[2] ?? 0)];
    // "2" and "2.0" are what older clients send for the shapes of 2.0, which we do not produce.
    if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  }
  throw new WindfallError(
    "invalid_request",
    "invalid_api_version",
    `x-api-version '${header.slice(0, 40)}' is not supported. Send 2.1 or newer, or leave it out.`,
  );
}

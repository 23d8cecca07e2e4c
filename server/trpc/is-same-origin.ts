/**
 * Whether a request that may change something comes from a page of ours. The session cookie is
 * `SameSite=Lax` already; this also refuses what slips through that, such as a sister domain.
 */
export function isSameOrigin(request: Request): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin";
  const origin = request.headers.get("origin");
  if (origin === null) return false;
  try {
    return new URL(origin).host === request.headers.get("host");
  } catch {
    return false;
  }
}

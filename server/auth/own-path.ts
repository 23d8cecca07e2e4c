/**
 * Where to go after signing in: a path of this app, whatever an address asks for. Anything that
 * could lead elsewhere, such as `//evil.example`, becomes the start page.
 */
export function ownPath(wanted: string | string[] | undefined): string {
  if (typeof wanted !== "string" || !wanted.startsWith("/")) return "/";
  const here = "http://here.invalid";
  if (!URL.canParse(wanted, here)) return "/";
  const url = new URL(wanted, here);
  return url.origin === here ? `${url.pathname}${url.search}${url.hash}` : "/";
}

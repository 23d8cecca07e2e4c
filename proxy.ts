import { type NextRequest, NextResponse } from "next/server";
import { PATH_HEADER } from "@/server/auth/path-header";
import { isDevelopment } from "@/server/platform/env";
import { LAST_PLACE_COOKIE } from "@/server/tenancy/home-path";

const PLACE = /^\/o\/([^/]+)\/([^/]+)(?:\/|$)/;
const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** Gives each page its content security policy and its own address, and remembers the place. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = crypto.randomUUID().replaceAll("-", "");
  const policy = contentSecurityPolicy(nonce);
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  headers.set(PATH_HEADER, request.nextUrl.pathname + request.nextUrl.search);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  rememberPlace(request, response);
  return response;
}

/**
 * Scripts run only with the page's nonce, and those that they load. Styles may be inline, since
 * charts and menus set them on elements. The development server compiles with `eval`.
 */
function contentSecurityPolicy(nonce: string): string {
  const evaluation = isDevelopment() ? " 'unsafe-eval'" : "";
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${evaluation}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** A link without an environment must never lead to live, so live is not what is remembered. */
function rememberPlace(request: NextRequest, response: NextResponse): void {
  const place = PLACE.exec(request.nextUrl.pathname);
  if (place === null || request.headers.has("next-router-prefetch")) return;
  const [, org = "", env = ""] = place;
  response.cookies.set(LAST_PLACE_COOKIE, `${org}/${env === "live" ? "sandbox" : env}`, {
    httpOnly: true,
    sameSite: "lax",
    secure: request.nextUrl.protocol === "https:",
    maxAge: YEAR_SECONDS,
    path: "/",
  });
}

export const config = {
  // The APIs answer machines; assets have no scripts of their own.
  matcher: ["/((?!api/|v1/|healthz|metrics|_next/static|_next/image|favicon.svg).*)"],
};

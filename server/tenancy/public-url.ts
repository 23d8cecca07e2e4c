import { env } from "../platform/env";

/**
 * The address of a page as people outside reach it, for letters. It never comes from a request,
 * whose `Host` a stranger can choose.
 */
export function publicUrl(path: string): string {
  const { WINDFALL_URL, NEXTAUTH_URL, PORT } = env();
  return new URL(path, WINDFALL_URL ?? NEXTAUTH_URL ?? `http://localhost:${PORT}`).href;
}

import { cookies } from "next/headers";

/** The cookie that holds the chosen zone, so that the server renders times in it as well. */
export const zoneCookie = "windfall_zone";

/** Whether this is a zone that the runtime can show times in. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** The zone to show times in: the one chosen in this browser, else UTC. */
export async function displayZone(): Promise<string> {
  const chosen = (await cookies()).get(zoneCookie)?.value;
  return chosen !== undefined && isZone(chosen) ? chosen : "UTC";
}

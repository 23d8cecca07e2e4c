"use server";

import { cookies } from "next/headers";
import { isZone, zoneCookie } from "@/app/display-zone";

/** Keeps the zone in which this browser's user wants to see times; an unknown zone changes nothing. */
export async function rememberZone(zone: string): Promise<void> {
  if (!isZone(zone)) return;
  (await cookies()).set(zoneCookie, zone, {
    path: "/",
    maxAge: 31_536_000,
    sameSite: "lax",
    httpOnly: true,
  });
}

"use client";

import { useParams } from "next/navigation";

/** The path that the pages of the open environment stand below: `"/o/acme/sandbox"`. */
export function usePlacePath(): string {
  const { org, env } = useParams<{ org: string; env: string }>();
  return `/o/${org}/${env}`;
}

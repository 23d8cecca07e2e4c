"use client";

import { useLocalSetting } from "@/components/layout/use-local-setting";

/** How high the rows of every table are: 36 px, or 30 px for those who want more of them in view. */
export type Density = "comfortable" | "compact";

/** The density that this browser's user chose. */
export function useDensity(): [density: Density, setDensity: (density: Density) => void] {
  const [value, set] = useLocalSetting("windfall:density", "comfortable");
  return [value === "compact" ? "compact" : "comfortable", set];
}

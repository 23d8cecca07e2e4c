"use client";

import type { PaletteRecord } from "@/components/layout/palette-commands";
import { useLocalSetting } from "@/components/layout/use-local-setting";

const kept = 6;

function isRecord(value: unknown): value is PaletteRecord {
  if (typeof value !== "object" || value === null) return false;
  const record = value as Record<string, unknown>;
  return ["kind", "id", "label", "href"].every((key) => typeof record[key] === "string");
}

function parse(stored: string): readonly PaletteRecord[] {
  try {
    const list: unknown = JSON.parse(stored);
    return Array.isArray(list) ? list.filter(isRecord) : [];
  } catch {
    return [];
  }
}

/** The records last opened from the palette in one environment, newest first. */
export function useRecentRecords(
  placePath: string,
): [records: readonly PaletteRecord[], remember: (record: PaletteRecord) => void] {
  const [stored, store] = useLocalSetting(`windfall:recent:${placePath}`, "[]");
  const records = parse(stored);
  return [
    records,
    (record) => {
      const others = records.filter(({ href }) => href !== record.href);
      // Without the hint: e-mail addresses do not belong in a browser's storage.
      const { kind, id, label, href } = record;
      store(JSON.stringify([{ kind, id, label, href }, ...others].slice(0, kept)));
    },
  ];
}

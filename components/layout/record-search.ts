"use client";

import { useEffect, useState } from "react";
import type { PaletteRecord, PaletteSearch } from "@/components/layout/palette-commands";

type RecordSearch = {
  records: readonly PaletteRecord[];
  state: "idle" | "searching" | "failed";
};

const pauseMs = 150;
const idle: RecordSearch = { records: [], state: "idle" };

/** Searches after a short pause in typing; an answer that comes after a newer question is dropped. */
export function useRecordSearch(query: string, search: PaletteSearch): RecordSearch {
  const [result, setResult] = useState<RecordSearch>(idle);
  const text = query.trim();

  useEffect(() => {
    if (text === "") {
      setResult(idle);
      return;
    }
    const abort = new AbortController();
    setResult(({ records }) => ({ records, state: "searching" }));
    const timer = setTimeout(() => {
      search(text, abort.signal).then(
        (records) => {
          if (!abort.signal.aborted) setResult({ records, state: "idle" });
        },
        () => {
          if (!abort.signal.aborted) setResult({ records: [], state: "failed" });
        },
      );
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text, search]);

  return result;
}

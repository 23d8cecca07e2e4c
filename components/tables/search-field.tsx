"use client";

import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { cn } from "@/components/cn";
import { useShortcut } from "@/components/layout/shortcuts";
import { Input } from "@/components/ui/input";

type SearchFieldProps = {
  /** "Search customers": the field's name and its placeholder. */
  label: string;
  value: string;
  /** Called after a short pause in typing. */
  onChange: (value: string) => void;
  className?: string | undefined;
};

const pauseMs = 250;

/** The search of a list; `/` leads to it. */
export function SearchField({ label, value, onChange, className }: SearchFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const sent = useRef(value);
  const [text, setText] = useState(value);

  useShortcut({ keys: "/", label, group: "On this page", run: () => input.current?.focus() });

  // The value also changes from outside: by the back button, or by "Clear filters".
  useEffect(() => {
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);

  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      onChange(text);
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [text, onChange]);

  return (
    <div className={cn("relative w-full sm:w-72", className)}>
      <Search
        className="pointer-events-none absolute top-2 left-2.5 size-4 text-muted-foreground"
        aria-hidden
      />
      <Input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="pl-8"
      />
    </div>
  );
}

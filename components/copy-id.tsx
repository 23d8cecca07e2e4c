"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { toast } from "sonner";
import { cn } from "@/components/cn";

/** Puts text on the clipboard and says so; when the browser forbids it, says how to copy by hand. */
export async function copyText(text: string, name: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    toast.success(`${name} copied`);
    return true;
  } catch {
    toast.error(`${name} could not be copied. Select the text and press Ctrl+C.`);
    return false;
  }
}

/** True for two seconds after each successful copy, for a check mark in place of the copy sign. */
export function useCopy(text: string, name: string): [copied: boolean, copy: () => void] {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  return [copied, () => void copyText(text, name).then(setCopied)];
}

type CopyIdProps = {
  id: string;
  /** What the id names, for the label and the toast: "Customer ID". */
  name?: string | undefined;
  className?: string | undefined;
};

/** An id as a monospace chip that copies itself when pressed. */
export function CopyId({ id, name = "ID", className }: CopyIdProps) {
  const [copied, copy] = useCopy(id, name);
  const Icon = copied ? Check : Copy;
  return (
    <button
      type="button"
      onClick={copy}
      title={id}
      className={cn(
        "inline-flex h-6 min-w-0 max-w-full items-center gap-1.5 rounded-sm border bg-raised px-1.5 font-mono text-xs hover:border-control",
        className,
      )}
    >
      <span className="sr-only">Copy {name} </span>
      <span className="truncate">{id}</span>
      <Icon
        className={cn("size-3 shrink-0", copied ? "text-success" : "text-muted-foreground")}
        aria-hidden
      />
    </button>
  );
}

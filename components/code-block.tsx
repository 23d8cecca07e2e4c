"use client";

import { Check, Copy } from "lucide-react";
import { cn } from "@/components/cn";
import { useCopy } from "@/components/copy-id";
import { ScrollRegion } from "@/components/scroll-region";
import { Button } from "@/components/ui/button";

type CodeBlockProps = {
  code: string;
  /** Shown above the code and spoken for it: a file name, or "Terminal". */
  title: string;
  className?: string | undefined;
};

/** Code to read and to copy. */
export function CodeBlock({ code, title, className }: CodeBlockProps) {
  const [copied, copy] = useCopy(code, title);
  return (
    <figure className={cn("min-w-0 overflow-hidden rounded-md border bg-surface", className)}>
      <figcaption className="flex h-9 items-center justify-between gap-2 border-b bg-raised pr-1.5 pl-3 text-muted-foreground text-xs">
        <span className="truncate">{title}</span>
        <Button variant="ghost" size="icon-sm" onClick={copy} aria-label={`Copy ${title}`}>
          {copied ? <Check className="text-success" aria-hidden /> : <Copy aria-hidden />}
        </Button>
      </figcaption>
      <ScrollRegion aria-label={title} className="p-3">
        <pre className="w-fit font-mono text-xs leading-5">
          <code>{code}</code>
        </pre>
      </ScrollRegion>
    </figure>
  );
}

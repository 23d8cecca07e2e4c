"use client";

import { type ComponentProps, useEffect, useRef, useState } from "react";
import { cn } from "@/components/cn";

type ScrollRegionProps = ComponentProps<"section"> & { "aria-label": string };

/**
 * A named region that scrolls sideways when its content is wider than the page. Only then does it
 * take focus, since what scrolls must scroll by keyboard too (WCAG 2.1.1).
 */
export function ScrollRegion({ className, ...props }: ScrollRegionProps) {
  const region = useRef<HTMLElement>(null);
  const [scrolls, setScrolls] = useState(false);

  useEffect(() => {
    const element = region.current;
    if (element === null) return;
    const observer = new ResizeObserver(() =>
      setScrolls(element.scrollWidth > element.clientWidth + 1),
    );
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);

  return (
    <section
      ref={region}
      {...(scrolls ? { tabIndex: 0 } : {})}
      className={cn("min-w-0 overflow-x-auto focus-visible:-outline-offset-2", className)}
      {...props}
    />
  );
}

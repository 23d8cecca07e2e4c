"use client";

import { type ComponentProps, useEffect, useRef, useState } from "react";
import { cn } from "@/components/cn";

type ScrollRegionProps = ComponentProps<"section"> & { "aria-label": string };

/**
 * A named region that scrolls when its one child is larger than it. Only then does it take
 * focus, since what scrolls must scroll by keyboard too (WCAG 2.1.1); and only then is it a scroll
 * container, since inside one a table's head could not stick to the page.
 */
export function ScrollRegion({ className, ...props }: ScrollRegionProps) {
  const region = useRef<HTMLElement>(null);
  const [scrolls, setScrolls] = useState(false);

  useEffect(() => {
    const element = region.current;
    if (element === null) return;
    const content = element.firstElementChild;
    if (!(content instanceof HTMLElement)) return;
    const observer = new ResizeObserver(() =>
      setScrolls(
        content.offsetWidth > element.clientWidth + 1 ||
          content.offsetHeight > element.clientHeight + 1,
      ),
    );
    observer.observe(element);
    observer.observe(content);
    return () => observer.disconnect();
  }, []);

  return (
    <section
      ref={region}
      data-scrolls={scrolls ? "yes" : "no"}
      {...(scrolls ? { tabIndex: 0 } : {})}
      className={cn(
        "group/scroll relative min-w-0 focus-visible:-outline-offset-2",
        scrolls ? "overflow-x-auto" : "overflow-x-clip",
        className,
      )}
      {...props}
    />
  );
}

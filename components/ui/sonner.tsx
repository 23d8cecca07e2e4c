"use client";

import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import { useTheme } from "next-themes";
import { Toaster as Sonner, type ToasterProps } from "sonner";

/** The list of toasts. It is itself a polite live region, so a toast is also spoken. */
function Toaster(props: ToasterProps) {
  const { resolvedTheme } = useTheme();
  return (
    <Sonner
      theme={resolvedTheme === "dark" ? "dark" : "light"}
      position="bottom-right"
      duration={6000}
      icons={{
        success: <CircleCheck className="size-4 text-success" aria-hidden />,
        error: <CircleAlert className="size-4 text-danger" aria-hidden />,
        warning: <TriangleAlert className="size-4 text-warning" aria-hidden />,
        info: <Info className="size-4 text-info" aria-hidden />,
      }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            "flex w-full items-center gap-2.5 rounded-md border bg-surface px-3 py-2.5 text-foreground text-sm shadow-pop sm:w-(--width)",
          content: "min-w-0 flex-1",
          title: "font-medium",
          description: "text-muted-foreground",
          actionButton:
            "h-7 shrink-0 rounded-md border border-control px-2.5 font-medium text-xs hover:bg-raised",
          cancelButton: "h-7 shrink-0 rounded-md px-2.5 text-muted-foreground text-xs",
        },
      }}
      {...props}
    />
  );
}

export { Toaster };

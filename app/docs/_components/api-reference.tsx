"use client";

import "swagger-ui-dist/swagger-ui.css";
import "./api-reference.css";

import { useTheme } from "next-themes";
import { useEffect, useRef, useState } from "react";
import { ErrorPanel } from "@/components/error-panel";
import { Skeleton } from "@/components/ui/skeleton";
import { ownPage } from "./swagger-plugins";

type State = "loading" | "ready" | "failed";

/** Swagger UI over the API's own description, served by this installation alone. */
export function ApiReference() {
  const place = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<State>("loading");
  useDarkClass();

  useEffect(() => {
    const domNode = place.current;
    if (domNode === null || domNode.childElementCount > 0) return;
    import("swagger-ui-dist/swagger-ui-es-bundle").then(
      ({ default: SwaggerUI }) => {
        SwaggerUI({
          domNode,
          url: "/v1/openapi.json",
          deepLinking: true,
          docExpansion: "list",
          defaultModelsExpandDepth: -1,
          displayRequestDuration: true,
          validatorUrl: null,
          plugins: [ownPage],
          onComplete: () => setState("ready"),
        });
      },
      () => setState("failed"),
    );
  }, []);

  return (
    <>
      {state === "loading" ? <Skeleton className="h-60" /> : null}
      {state === "failed" ? (
        <ErrorPanel
          title="The reference could not be loaded"
          message="Check your connection and try again. The document itself is at /v1/openapi.json."
          onRetry={() => window.location.reload()}
        />
      ) : null}
      <div ref={place} className="api-reference" />
    </>
  );
}

/** Swagger UI has a dark theme of its own, under another class than ours. */
function useDarkClass(): void {
  const { resolvedTheme } = useTheme();
  useEffect(() => {
    const root = document.documentElement.classList;
    root.toggle("dark-mode", resolvedTheme === "dark");
    return () => root.remove("dark-mode");
  }, [resolvedTheme]);
}

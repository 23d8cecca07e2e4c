import type { ReactNode } from "react";

type AuthCardProps = {
  /** The page's one `h1`. */
  title: string;
  description?: ReactNode;
  children?: ReactNode;
};

/** The one card of a page before sign-in. */
export function AuthCard({ title, description, children }: AuthCardProps) {
  return (
    <section className="grid gap-5 rounded-lg border bg-surface p-5 sm:p-6">
      <div className="grid gap-1">
        <h1 className="font-semibold text-xl">{title}</h1>
        {description ? <p className="text-base text-muted-foreground">{description}</p> : null}
      </div>
      {children}
    </section>
  );
}

import { LoaderCircle } from "lucide-react";
import { Failure } from "@/app/(auth)/_components/failure";
import { buttonVariants } from "@/components/ui/button";

type LoadingDemoProps = {
  /** The page to go on to. */
  home: string;
  /** Why the demo could not be loaded; `null` while it still may be. */
  failure: string | null;
};

/** The account is ready; the demo takes its time, or failed and can be done without. */
export function LoadingDemo({ home, failure }: LoadingDemoProps) {
  if (failure !== null) {
    return (
      <div className="grid gap-4">
        <Failure>{`Your account is ready, but the demo was not loaded. ${failure}`}</Failure>
        <a href={home} className={buttonVariants({ variant: "primary" })}>
          Go on without the demo
        </a>
      </div>
    );
  }
  return (
    <p role="status" className="flex items-center gap-2 text-base">
      <LoaderCircle className="size-4 animate-spin text-muted-foreground" aria-hidden />
      Your account is ready. Loading the demo takes up to a minute.
    </p>
  );
}

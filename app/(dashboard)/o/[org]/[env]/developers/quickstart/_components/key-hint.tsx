"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { usePlacePath } from "@/components/layout/use-place-path";
import { useTRPC } from "@/components/trpc";

/** Which key of this environment to use; the key itself is shown only when it is made. */
export function KeyHint({ environment }: { environment: string }) {
  const trpc = useTRPC();
  const base = usePlacePath();
  const keys = useQuery(trpc.keys.list.queryOptions());
  const key = keys.data?.find(({ kind }) => kind === "secret");
  const link = (text: string) => (
    <Link className="underline underline-offset-2" href={`${base}/developers/keys`}>
      {text}
    </Link>
  );
  if (keys.data === undefined) return <>Use a secret key of {environment}.</>;
  if (key === undefined) {
    return (
      <>
        {environment} has no secret key yet. {link("Create one")} and put it into{" "}
        <code className="font-mono">WINDFALL_SECRET_KEY</code>.
      </>
    );
  }
  return (
    <>
      Put your key into <code className="font-mono">WINDFALL_SECRET_KEY</code>: {key.name},{" "}
      <code className="break-all font-mono">
        {key.prefix}…{key.last4}
      </code>
      . It was shown when it was made; if it is lost, {link("make another")}.
    </>
  );
}

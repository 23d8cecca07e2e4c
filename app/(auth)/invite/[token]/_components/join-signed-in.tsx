"use client";

import { useMutation } from "@tanstack/react-query";
import { signOut } from "next-auth/react";
import { useState } from "react";
import { Failure } from "@/app/(auth)/_components/failure";
import { callErrorOf, useTRPC } from "@/components/trpc";
import { Button } from "@/components/ui/button";

/** One press for somebody who is signed in as the invited person. */
export function JoinSignedIn({ token, email }: { token: string; email: string }) {
  const trpc = useTRPC();
  const accept = useMutation(
    trpc.invitations.accept.mutationOptions({
      onSuccess: ({ orgSlug }) => window.location.assign(`/o/${orgSlug}`),
    }),
  );
  return (
    <div className="grid gap-4">
      <Failure>{accept.error ? callErrorOf(accept.error).message : null}</Failure>
      <p className="text-base">
        You are signed in as <strong>{email}</strong>.
      </p>
      <Button
        variant="primary"
        pending={accept.isPending || accept.isSuccess}
        onClick={() => accept.mutate({ token })}
      >
        Join
      </Button>
    </div>
  );
}

type SignOutFirstProps = { token: string; invited: string; current: string };

/** For somebody who is signed in as another person than the invited one. */
export function SignOutFirst({ token, invited, current }: SignOutFirstProps) {
  const [pending, setPending] = useState(false);
  const leave = async () => {
    setPending(true);
    await signOut({ redirect: false });
    window.location.assign(`/invite/${encodeURIComponent(token)}`);
  };
  return (
    <div className="grid gap-4">
      <p className="text-base">
        This invitation is for <strong>{invited}</strong>, but you are signed in as{" "}
        <strong>{current}</strong>.
      </p>
      <Button variant="primary" pending={pending} onClick={() => void leave()}>
        Sign out and continue
      </Button>
    </div>
  );
}

"use client";

import { Check, Copy, MailCheck, TriangleAlert } from "lucide-react";
import { useEffect, useRef } from "react";
import { useCopy } from "@/components/copy-id";
import { Alert, AlertDescription, AlertTitle } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { SheetBody, SheetFooter } from "@/components/ui/sheet";

export type CreatedInvitation = { email: string; link: string; mailed: boolean };

type InvitationLinkProps = { invitation: CreatedInvitation; onDone: () => void };

/** An invitation's link, once, to pass on by whatever way is at hand. */
export function InvitationLink({ invitation, onDone }: InvitationLinkProps) {
  const { email, link, mailed } = invitation;
  const [copied, copy] = useCopy(link, "Link");
  const field = useRef<HTMLInputElement>(null);
  // The form that had the focus is gone; the link is what comes next.
  useEffect(() => field.current?.select(), []);
  return (
    <>
      <SheetBody>
        <Alert tone={mailed ? "success" : "warning"} role="status">
          {mailed ? <MailCheck aria-hidden /> : <TriangleAlert aria-hidden />}
          <AlertTitle>{mailed ? `Sent to ${email}` : `Send this link to ${email}`}</AlertTitle>
          <AlertDescription>
            It works once, for seven days, and is not shown again. Whoever holds it can join with
            this address.
          </AlertDescription>
        </Alert>
        <div className="grid gap-1.5">
          <Label htmlFor="invitation-link">Link</Label>
          <div className="flex gap-2">
            <Input
              ref={field}
              id="invitation-link"
              value={link}
              readOnly
              className="font-mono text-xs"
            />
            <Button variant="primary" onClick={copy}>
              {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
              {copied ? "Copied" : "Copy"}
            </Button>
          </div>
        </div>
      </SheetBody>
      <SheetFooter>
        <Button onClick={onDone}>Done</Button>
      </SheetFooter>
    </>
  );
}

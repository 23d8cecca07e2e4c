"use client";

import { Check, Copy, TriangleAlert } from "lucide-react";
import { useEffect, useRef } from "react";
import { useCopy } from "@/components/copy-id";
import { Alert, AlertDescription, AlertTitle } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { SheetBody, SheetFooter } from "@/components/ui/sheet";

type ShownKeyProps = { name: string; secret: string; onDone: () => void };

/** A key in full, once, with the way to take it along. */
export function ShownKey({ name, secret, onDone }: ShownKeyProps) {
  const [copied, copy] = useCopy(secret, "Key");
  const field = useRef<HTMLInputElement>(null);
  // The form that had the focus is gone; the key is what comes next.
  useEffect(() => field.current?.select(), []);
  return (
    <>
      <SheetBody>
        <Alert tone="warning" role="status">
          <TriangleAlert aria-hidden />
          <AlertTitle>Copy it now</AlertTitle>
          <AlertDescription>
            Only a fingerprint is stored, so it cannot be shown again. If it is lost, revoke it and
            create another.
          </AlertDescription>
        </Alert>
        <div className="grid gap-1.5">
          <Label htmlFor="shown-key">{name}</Label>
          <div className="flex gap-2">
            <Input
              ref={field}
              id="shown-key"
              value={secret}
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

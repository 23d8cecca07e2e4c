"use client";

import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";

const pauseMs = 500;

/**
 * Closes a receipt. It stands where the confirming button stood, so it waits a moment: the second
 * press of a double click must not close what the first one brought up.
 */
export function DoneButton({ onClose }: { onClose: () => void }) {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), pauseMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Button
      variant="primary"
      onClick={() => {
        if (settled) onClose();
      }}
    >
      Done
    </Button>
  );
}

"use client";

import { useState } from "react";

/** 128 random bits. `crypto.randomUUID` is missing where a self-hosted page has no HTTPS. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * The idempotency key of a form, made when it opens: sending the same form again, by a double click
 * or after a lost answer, has its effect once.
 */
export function useCommandKey(): string {
  const [key] = useState(randomKey);
  return key;
}

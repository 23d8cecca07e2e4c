import { newRequestId } from "../platform/id";
import { statusOf } from "./errors";
import type { HttpAnswer } from "./http";
import { operationNamed } from "./operations";

const MEGABYTE = 1024 * 1024;

/** The largest body that the operation of a name takes, in bytes. */
export function bodyLimitOf(name: string): number {
  return operationNamed(name)?.spec.bodyLimitBytes ?? MEGABYTE;
}

/** The refusal of a body beyond the limit. */
export function tooLarge(limit: number): HttpAnswer {
  return plainRefusal(
    "too_large",
    "payload_too_large",
    `The request body exceeds ${limit / MEGABYTE} MB.`,
  );
}

/** An error before anything is known about the call. */
export function plainRefusal(
  kind: "not_found" | "too_large",
  code: string,
  message: string,
): HttpAnswer {
  const requestId = newRequestId();
  return {
    status: statusOf(kind),
    headers: { "content-type": "application/json", "x-request-id": requestId },
    body: JSON.stringify({ message, code, request_id: requestId }),
  };
}

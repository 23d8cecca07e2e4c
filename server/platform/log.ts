import pino from "pino";
import { env } from "./env";

/**
 * Structured logs, one JSON object a line. Request bodies, keys, cookies and personal fields are
 * never passed to it; `redact` is the second line of defence.
 */
export const log = pino({
  level: env().LOG_LEVEL,
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: {
    paths: ["*.authorization", "*.cookie", "*.password", "*.secret", "*.token", "*.email"],
    censor: "[redacted]",
  },
});

export type Logger = pino.Logger;

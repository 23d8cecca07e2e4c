// @ts-check

/**
 * A reason not to go on that the person at the keyboard can mend.
 *
 * The message is the whole explanation: what is wrong, where, and what to do about it. The entry
 * scripts print it without a stack trace and exit with status 1.
 */
export class StartError extends Error {
  /** @param {string} message @param {{ cause?: unknown }} [options] */
  constructor(message, options) {
    super(message, options);
    this.name = "StartError";
  }
}

/** @param {unknown} error @returns {string} the system's error code, such as `ENOSPC`, or "" */
export function errorCode(error) {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

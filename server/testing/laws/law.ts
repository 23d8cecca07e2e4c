import type { Repository } from "./repository";

/**
 * A law of the house that no linter knows.
 *
 * `broken` is the proof that it can fail: a few made-up files of which each breaks it once, so that
 * `check` names every one of them. `kept` are files that look similar and are right.
 */
export interface Law {
  readonly title: string;
  /** One sentence for each break, each beginning with the file's path. */
  check(repository: Repository): readonly string[];
  readonly broken: Readonly<Record<string, string>>;
  readonly kept: Readonly<Record<string, string>>;
}

import type { Probe } from './probe.ts';

/** A check of one behaviour on a running server. */
export interface Check {
  /** The stable name, for programs that read `--json`. */
  readonly name: string;
  /** A short description of the check. */
  readonly title: string;
  /**
   * Whether the check follows the workflow live; the workflow stays paused until all such checks
   * have received an event.
   */
  readonly isLive?: boolean;
  /**
   * @returns a short description of the result.
   * @throws CheckFailure; Skipped; any other error also counts as a failure.
   */
  readonly run: (probe: Probe) => Promise<string>;
}

interface Failure {
  readonly expected: string;
  readonly actual: string;
  /** What the user can do about it. */
  readonly advice: string;
}

export class CheckFailure extends Error {
  override readonly name = 'CheckFailure';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(`Expected ${failure.expected}, got ${failure.actual}.`);
    this.failure = failure;
  }
}

/** The check does not apply to this server or this user. */
export class Skipped extends Error {
  override readonly name = 'Skipped';
}

/** A precondition of the check is missing; another check reports the cause. */
export class NotRun extends Error {
  override readonly name = 'NotRun';
}

/** The result of a check, as `--json` prints it. */
export type CheckResult = {
  readonly check: string;
  readonly title: string;
  readonly ms: number;
} & (
  | { readonly outcome: 'passed' | 'skipped' | 'not_run'; readonly note: string }
  | {
      readonly outcome: 'failed';
      readonly expected: string;
      /** What the check got instead. */
      readonly came: string;
      readonly advice: string;
    }
);

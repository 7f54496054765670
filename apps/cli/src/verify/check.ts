import type { Probe } from './probe.ts';

/** One thing that a server must do, tried on a running server. */
export interface Check {
  /** Stable, for programs that read `--json`. */
  readonly name: string;
  /** What is checked, in a few words. */
  readonly title: string;
  /** It follows the workflow live: the workflow stays paused until all such checks have seen it. */
  readonly isLive?: boolean;
  /**
   * @returns what was seen, in a few words.
   * @throws CheckFailure; Skipped; anything else is a failure as well.
   */
  readonly run: (probe: Probe) => Promise<string>;
}

export class CheckFailure extends Error {
  override readonly name = 'CheckFailure';
  readonly expected: string;
  readonly came: string;
  /** What a person can do about it. */
  readonly advice: string;

  constructor(failure: {
    readonly expected: string;
    readonly came: string;
    readonly advice: string;
  }) {
    super(`Expected ${failure.expected}, got ${failure.came}.`);
    this.expected = failure.expected;
    this.came = failure.came;
    this.advice = failure.advice;
  }
}

/** The check does not apply to this server or this user. */
export class Skipped extends Error {
  override readonly name = 'Skipped';
}

/** Something that the check needs is missing; another check reports it. */
export class NotRun extends Error {
  override readonly name = 'NotRun';
}

/** How a check went. */
export type CheckResult = {
  readonly check: string;
  readonly title: string;
  readonly ms: number;
} & (
  | { readonly outcome: 'passed' | 'skipped' | 'not_run'; readonly note: string }
  | {
      readonly outcome: 'failed';
      readonly expected: string;
      readonly came: string;
      readonly advice: string;
    }
);

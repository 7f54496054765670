/** A regular expression that is put together at run time, and why it is linear all the same. */
export interface AllowedDynamicRegex {
  readonly file: string;
  /** The expression that makes it, as it is written there. */
  readonly code: string;
  readonly reason: string;
}

/**
 * All that the sources may put together. Prefer a literal, a constant of the same file, or
 * `RegExp.escape`: these are analysed.
 */
export const allowedDynamicRegexes: readonly AllowedDynamicRegex[] = [];

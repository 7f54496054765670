/** A regular expression that is built at run time, and the reason why it is linear. */
export interface AllowedDynamicRegex {
  readonly file: string;
  /** The source text of the expression that builds it. */
  readonly code: string;
  readonly reason: string;
}

/**
 * All dynamic regular expressions that the sources may contain. Prefer a literal, a constant of the
 * same file, or `RegExp.escape`, which are analysed.
 */
export const allowedDynamicRegexes: readonly AllowedDynamicRegex[] = [];

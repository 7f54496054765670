/**
 * Each `*` of a pattern multiplies the work of matching it against a hostile path. Patterns come from strangers, the
 * repository's authors and the model, so those with more stars than any honest one has are not used.
 */
const MAX_STARS = 4;
const MAX_CHARS = 300;

/** Tells whether a `.gitignore` pattern or a glob can be matched in a bounded time. */
export function isCheapPattern(pattern: string): boolean {
  return pattern.length <= MAX_CHARS && (pattern.match(/\*+/g)?.length ?? 0) <= MAX_STARS;
}

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';
const LENGTH = 8;

/**
 * Draws the incarnation of a new log, so that a cursor into an older log of the same workflow is
 * recognised.
 * @param random returns numbers from 0 up to but not including 1, as `Math.random` does.
 * @returns eight digits and lower-case letters.
 */
export function newIncarnation(random: () => number): string {
  return Array.from({ length: LENGTH }, () =>
    ALPHABET.charAt(Math.floor(random() * ALPHABET.length)),
  ).join('');
}

/** A text and how many characters of it were left out at its end. */
export interface Truncated {
  readonly text: string;
  readonly omitted: number;
}

/** Cuts a text to a number of characters, never in the middle of one; half characters in it are replaced. */
export function truncate(text: string, maxChars: number): Truncated {
  if (text.length <= maxChars) return { text: text.toWellFormed(), omitted: 0 };
  const cutsPair = /[\uD800-\uDBFF]/.test(text.charAt(maxChars - 1));
  const kept = text.slice(0, cutsPair ? maxChars - 1 : maxChars);
  return { text: kept.toWellFormed(), omitted: text.length - kept.length };
}

/** The words of a text, for lists that are too long for one word per line. */
export function wordList(text: string): string[] {
  return text.trim().split(/\s+/);
}

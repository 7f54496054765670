/** The words of a text, for lists that are too long to read as one word a line. */
export function wordList(text: string): string[] {
  return text.trim().split(/\s+/);
}

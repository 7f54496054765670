/** A piece has at least so many characters, and ends with the line it is in then. */
const MIN_CHARS = 4000;
/** A longer line is cut. */
const MAX_CHARS = 8000;

/**
 * Divides a text into pieces that a browser lays out one by one, at ends of lines where there are some; such a line break is
 * left out, as it is the border of two pieces. A text that grows keeps its pieces, but for the last.
 */
export function chunkText(text: string): readonly string[] {
  const pieces: string[] = [];
  let start = 0;
  while (start < text.length) {
    const lineEnd = text.slice(start + MIN_CHARS, start + MAX_CHARS).indexOf('\n');
    if (lineEnd !== -1) {
      pieces.push(text.slice(start, start + MIN_CHARS + lineEnd));
      start += MIN_CHARS + lineEnd + 1;
      continue;
    }
    const end = text.length - start <= MAX_CHARS ? text.length : placeToCut(text, start);
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}

/** Behind the last space; where there is none, not in the middle of a character. */
function placeToCut(text: string, start: number): number {
  const latest = start + MAX_CHARS;
  const space = text.slice(start, latest).lastIndexOf(' ');
  if (space >= MIN_CHARS) return start + space + 1;
  const isPair = /[\uD800-\uDBFF]/.test(text.charAt(latest - 1));
  return isPair ? latest - 1 : latest;
}

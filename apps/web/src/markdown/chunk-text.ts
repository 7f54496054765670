/** A chunk has at least this many characters, and ends at the end of a line. */
const MIN_CHARS = 4000;
/** A longer line is split. */
const MAX_CHARS = 8000;

/**
 * Splits a text into chunks for layout, at line ends where possible; that line break is dropped.
 * While a text grows, only its last chunk changes.
 */
export function chunkText(text: string): readonly string[] {
  const chunks: string[] = [];
  let start = 0;
  while (start < text.length) {
    const lineEnd = text.slice(start + MIN_CHARS, start + MAX_CHARS).indexOf('\n');
    if (lineEnd !== -1) {
      chunks.push(text.slice(start, start + MIN_CHARS + lineEnd));
      start += MIN_CHARS + lineEnd + 1;
      continue;
    }
    const end = text.length - start <= MAX_CHARS ? text.length : findCut(text, start);
    chunks.push(text.slice(start, end));
    start = end;
  }
  return chunks;
}

/** Cuts after the last space, or at least not within a surrogate pair. */
function findCut(text: string, start: number): number {
  const latest = start + MAX_CHARS;
  const space = text.slice(start, latest).lastIndexOf(' ');
  if (space >= MIN_CHARS) return start + space + 1;
  const isPair = /[\uD800-\uDBFF]/.test(text.charAt(latest - 1));
  return isPair ? latest - 1 : latest;
}

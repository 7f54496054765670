/** A range of lines in a file, from 1. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

const MAX_LINES = 40;
/** A passage ends at the last suitable line after this many lines. */
const MIN_LINES = 16;
const MAX_CHARS = 6_000;
/** The overlap of two passages if there is no suitable line to split at. */
const OVERLAP = 5;

/**
 * Splits a file into passages that can be found and cited separately, if possible between two
 * declarations.
 */
export function splitPassages(lines: readonly string[]): LineRange[] {
  const passages: LineRange[] = [];
  let start = 0;
  while (start < lines.length) {
    const limit = endWithin(lines, start);
    const end = limit === lines.length ? limit : breakBefore(lines, start, limit);
    if (lines.slice(start, end).some((line) => line.trim() !== '')) {
      passages.push({ from: start + 1, to: end });
    }
    if (end === lines.length) break;
    const wasCut = (lines[end - 1] ?? '').trim() !== '' && end - start > 2 * OVERLAP;
    start = wasCut ? end - OVERLAP : end;
  }
  return passages;
}

/** The line after the last one that fits; at least one does. */
function endWithin(lines: readonly string[], start: number): number {
  let chars = 0;
  let end = start;
  while (end < lines.length && end - start < MAX_LINES) {
    chars += lines[end]?.length ?? 0;
    if (chars > MAX_CHARS && end > start) break;
    end += 1;
  }
  return end;
}

/** The latest empty line, preferably before a line without indentation. */
function breakBefore(lines: readonly string[], start: number, limit: number): number {
  let anywhere = limit;
  for (let next = limit; next >= start + MIN_LINES; next -= 1) {
    if ((lines[next - 1] ?? '').trim() !== '') continue;
    if (/^\S/.test(lines[next] ?? '')) return next;
    if (anywhere === limit) anywhere = next;
  }
  return anywhere;
}

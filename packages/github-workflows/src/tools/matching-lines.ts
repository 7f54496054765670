import type { TimeSlice } from '@runtape/async';
import type { FileText } from '../repository/file-text.ts';

/** A line that contains the text. */
interface MatchingLine {
  /** From 1. */
  readonly number: number;
  /** The line as in the file, without its end. */
  readonly line: string;
  /** The position of the text in the line. */
  readonly at: number;
}

export interface MatchingLines {
  /** The first matching lines. */
  readonly shown: readonly MatchingLine[];
  /** The total number of matching lines. */
  readonly total: number;
}

/**
 * Finds the lines that contain a text, ignoring case. Jumps from match to match, so most lines are
 * never examined.
 * @param wanted in lower case; a match never crosses a line end.
 * @param maxShown the number of lines to return; further ones are only counted.
 * @param slice divides long work.
 */
export async function findMatchingLines(
  text: FileText,
  wanted: string,
  maxShown: number,
  slice: TimeSlice,
): Promise<MatchingLines> {
  if (!text.mayContain(wanted)) return { shown: [], total: 0 };
  const { whole, lowerCase } = text;
  const shown: MatchingLine[] = [];
  let total = 0;
  const lines = new LineCursor(lowerCase);
  // The lower-case text may have another length, but it has the same line ends.
  const original = whole.length === lowerCase.length ? lines : new LineCursor(whole);
  for (let at = lowerCase.indexOf(wanted); at !== -1;) {
    if (slice.due) await slice.yield();
    const end = lineEnd(lowerCase, at);
    if (at + wanted.length <= end.text) {
      total += 1;
      if (shown.length < maxShown) {
        while (lines.advance(at)) {
          if (original !== lines) original.advance(whole.length);
          if (slice.due) await slice.yield();
        }
        const { number, start } = lines;
        const line = whole.slice(original.start, lineEnd(whole, original.start).text);
        shown.push({ number, line, at: at - start });
      }
    }
    at = lowerCase.indexOf(wanted, end.next);
  }
  return { shown, total };
}

/** Moves from line to line. */
class LineCursor {
  readonly #text: string;
  /** The number of the current line, from 1. */
  number = 1;
  start = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Moves to the next line if it begins at or before this position. @returns whether it did. */
  advance(upTo: number): boolean {
    const end = this.#text.indexOf('\n', this.start);
    if (end === -1 || end >= upTo) return false;
    this.start = end + 1;
    this.number += 1;
    return true;
  }
}

/** The end of a line's text, and the start of the next line. @param from a position in the line. */
function lineEnd(text: string, from: number): { text: number; next: number } {
  const end = text.indexOf('\n', from);
  if (end === -1) return { text: text.length, next: text.length };
  const hasReturn = end > from && text.charAt(end - 1) === '\r';
  return { text: hasReturn ? end - 1 : end, next: end + 1 };
}

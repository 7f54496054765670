import { parseLeniently } from './read-arguments.ts';

/** Only this much of a text is searched. */
const MAX_CHARS = 40_000;
/**
 * Total characters scanned: after an unclosed object, the search restarts just past its opening
 * brace.
 */
const MAX_WORK = 400_000;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

export interface FoundJson {
  readonly value: unknown;
  /** Start (inclusive) and end (exclusive) in the text. */
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the JSON objects in a text: alone, in a code fence, or between sentences. Nested objects
 * are not listed.
 */
export function findJsonObjects(text: string): FoundJson[] {
  const searched = text.slice(0, MAX_CHARS);
  const found: FoundJson[] = [];
  let work = 0;
  let start = searched.indexOf('{');
  while (start !== -1 && work < MAX_WORK) {
    const end = endOfObject(searched, start);
    work += (end === -1 ? searched.length : end) - start;
    const value = end === -1 ? undefined : parseLeniently(searched.slice(start, end));
    if (value !== undefined) found.push({ value, start, end });
    start = searched.indexOf('{', value === undefined ? start + 1 : end);
  }
  return found;
}

/** The index after the closing brace, or -1 if the object is unclosed. */
function endOfObject(text: string, start: number): number {
  let depth = 0;
  let inText = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (inText) {
      if (character === BACKSLASH) at += 1;
      else if (character === QUOTE) inText = false;
    } else if (character === QUOTE) inText = true;
    else if (character === OPEN) depth += 1;
    else if (character === CLOSE) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

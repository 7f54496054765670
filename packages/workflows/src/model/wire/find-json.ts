import { parseLeniently } from './read-arguments.ts';

/** Only this much of a text is searched. */
const MAX_CHARS = 40_000;
/**
 * Total characters scanned: after an unclosed object, the search restarts just past its opening
 * brace.
 */
const MAX_WORK = 400_000;

export interface FoundJson {
  readonly value: unknown;
  /** Start (inclusive) and end (exclusive) in the text. */
  readonly from: number;
  readonly to: number;
}

/**
 * Finds the JSON objects in a text: alone, in a code fence, or between sentences. Nested objects
 * are not listed.
 */
export function findJsonObjects(text: string): FoundJson[] {
  const searched = text.slice(0, MAX_CHARS);
  const found: FoundJson[] = [];
  let work = 0;
  let from = searched.indexOf('{');
  while (from !== -1 && work < MAX_WORK) {
    const to = endOfObject(searched, from);
    work += (to === -1 ? searched.length : to) - from;
    const value = to === -1 ? undefined : parseLeniently(searched.slice(from, to));
    if (value !== undefined) found.push({ value, from, to });
    from = searched.indexOf('{', value === undefined ? from + 1 : to);
  }
  return found;
}

/** The index after the closing brace, or -1 if the object is unclosed. */
function endOfObject(text: string, from: number): number {
  let depth = 0;
  let inText = false;
  for (let at = from; at < text.length; at += 1) {
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

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

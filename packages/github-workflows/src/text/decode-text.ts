import type { TimeSlice } from '@runtape/async';

/** As git does it: a NUL among the first bytes makes a file binary, unless it is UTF-16. */
const SNIFFED_BYTES = 8_000;
/**
 * The share of byte pairs with a NUL in the same half that indicates UTF-16: ASCII occurs in all
 * texts.
 */
const MIN_ASCII = 0.4;
const MIN_BYTES = 8;
/**
 * Characters that no text contains: control characters except blanks, and replacement characters.
 */
const NOT_IN_TEXT = /[^\P{Cc}\s]|\uFFFD/u;

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** Decodes a file; `null` if it is not text. A byte order mark is omitted. */
export function decodeText(bytes: Buffer): string | null {
  const encoding = encodingOf(bytes);
  return encoding === null ? null : new TextDecoder(encoding).decode(bytes);
}

function encodingOf(bytes: Buffer): Encoding | null {
  const [first, second] = bytes;
  const start = bytes.subarray(0, SNIFFED_BYTES);
  if (first === 0xff && second === 0xfe) return hasNulPair(start) ? null : 'utf-16le';
  if (first === 0xfe && second === 0xff) return hasNulPair(start) ? null : 'utf-16be';
  if (start.includes(0)) return utf16WithoutMark(start);
  return isUtf8(bytes) ? 'utf-8' : 'windows-1252';
}

/** UTF-32 begins like UTF-16, and other binaries may; text contains no NUL character. */
function hasNulPair(bytes: Buffer): boolean {
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    if (bytes[at] === 0 && bytes[at + 1] === 0) return true;
  }
  return false;
}

function utf16WithoutMark(bytes: Buffer): Encoding | null {
  let inFirst = 0;
  let inSecond = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    if (bytes[at] === 0) inFirst += 1;
    if (bytes[at + 1] === 0) inSecond += 1;
  }
  const threshold = (bytes.length / 2) * MIN_ASCII;
  if (bytes.length < MIN_BYTES || Math.max(inFirst, inSecond) < threshold) return null;
  const encoding = inFirst > inSecond ? 'utf-16be' : 'utf-16le';
  const text = new TextDecoder(encoding).decode(bytes, { stream: true });
  return NOT_IN_TEXT.test(text) ? null : encoding;
}

/** A character that is cut at the end is not an error: the file may have been read in part. */
function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** The lines of a text without their ends. A final line end does not start another line. */
export function* eachLine(text: string): Generator<string, undefined> {
  let start = 0;
  do {
    const end = text.indexOf('\n', start);
    const stop = end === -1 ? text.length : end;
    yield text.slice(
      start,
      end !== -1 && text.charAt(end - 1) === '\r' && end > start ? end - 1 : stop,
    );
    start = stop + 1;
  } while (start < text.length);
}

/** The same as a list; for texts of a bounded length. */
export function linesOf(text: string): string[] {
  return [...eachLine(text)];
}

/**
 * Some lines of a text.
 * @param from the first, from 1.
 * @param to the last, inclusive.
 * @param slice divides long work.
 * @returns the lines, and the total number of lines.
 */
export async function linesBetween(
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
  slice: TimeSlice,
): Promise<{ lines: string[]; total: number }> {
  const lines: string[] = [];
  let total = 0;
  for (const line of eachLine(text)) {
    if (slice.due) await slice.yield();
    total += 1;
    if (total >= from && total <= to) lines.push(line);
  }
  return { lines, total };
}

import { EventLogError } from '../errors.ts';

/**
 * An event has at most a megabyte unless a worker was configured otherwise; a file with longer
 * lines is not an archive.
 */
const MAX_LINE_CHARS = 64 * 1024 * 1024;

/** A line of a text, without its line end. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** False for a last line without a line end. */
  readonly isEnded: boolean;
}

/**
 * Splits UTF-8 only at LF: NDJSON may contain U+2028, which other splitters treat as a line end.
 * @throws EventLogError `invalid_archive` with the `line` for invalid UTF-8, and for a line that
 *   never ends.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let number = 1;
  let begun: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const [first = '', ...rest] = decode(decoder, chunk, number).split('\n');
    begun.push(first);
    length += first.length;
    for (const next of rest) {
      yield { number, text: begun.join(''), isEnded: true };
      number += 1;
      begun = [next];
      length = next.length;
    }
    if (length > MAX_LINE_CHARS) throw invalid(number, 'The line is longer than any event.');
  }
  begun.push(decode(decoder, undefined, number));
  const text = begun.join('');
  if (text !== '') yield { number, text, isEnded: false };
}

/** Without a chunk, ends the text, where a partial character may remain. */
function decode(decoder: TextDecoder, chunk: Uint8Array | undefined, line: number): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch (cause) {
    const why = chunk === undefined ? 'The file is cut off here.' : 'That is not UTF-8 text.';
    throw invalid(line, why, cause);
  }
}

function invalid(line: number, why: string, cause?: unknown): EventLogError {
  return new EventLogError('invalid_archive', `Line ${line}: ${why}`, { line, cause });
}

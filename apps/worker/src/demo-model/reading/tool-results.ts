/** A matching line of a search. */
export interface Hit {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** Neighbouring lines of a file. */
export interface Lines {
  /** Number of the first line, from 1. */
  readonly from: number;
  readonly lines: readonly string[];
}

const HIT = /^([^\s:]+):(\d+): (.*)$/s;
const PATH = /^[\p{L}\p{N}_@.+()[\]/-]+$/u;
const NUMBERED = /^(\d+)\t(.*)$/s;

/** Parses the result of `search_text`, with one `path:line: text` per line. */
export function readHits(result: string): Hit[] {
  return result.split(/\r?\n/).flatMap((line) => {
    const [, path = '', number, text = ''] = HIT.exec(line) ?? [];
    return isPath(path) ? [{ path, line: Number(number), text }] : [];
  });
}

/** Parses the result of `list_files`, with one path per line. */
export function readPaths(result: string): string[] {
  return result.split(/\r?\n/).filter(isPath);
}

/**
 * Parses the lines of a file, each after its number and a tab; `undefined` if it was not readable.
 */
export function readLines(result: string): Lines | undefined {
  const numbered = result.split(/\r?\n/).flatMap((line) => {
    const [, number, text = ''] = NUMBERED.exec(line) ?? [];
    return number === undefined ? [] : [{ number: Number(number), text }];
  });
  const [first] = numbered;
  return first && { from: first.number, lines: numbered.map(({ text }) => text) };
}

/** Whether a text may be a path: it has a slash or an extension, and is not a sentence. */
function isPath(text: string): boolean {
  return PATH.test(text) && /[/.]/.test(text) && !/\/\/|[/.]$/.test(text);
}

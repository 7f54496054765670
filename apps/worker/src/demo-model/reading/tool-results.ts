/** A line of a file that a search found. */
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

/** The lines that `search_text` found, one a line as `path:line: text`. */
export function readHits(result: string): Hit[] {
  return result.split(/\r?\n/).flatMap((line) => {
    const [, path = '', number, text = ''] = HIT.exec(line) ?? [];
    return isPath(path) ? [{ path, line: Number(number), text }] : [];
  });
}

/** The paths that `list_files` named, one a line. */
export function readPaths(result: string): string[] {
  return result.split(/\r?\n/).filter(isPath);
}

/** The lines of a file, each behind its number and a tab; none when it could not be read. */
export function readLines(result: string): Lines | undefined {
  const numbered = result.split(/\r?\n/).flatMap((line) => {
    const [, number, text = ''] = NUMBERED.exec(line) ?? [];
    return number === undefined ? [] : [{ number: Number(number), text }];
  });
  const [first] = numbered;
  return first && { from: first.number, lines: numbered.map(({ text }) => text) };
}

/** Whether a text may be a path: it has a slash or an ending, and is no sentence. */
function isPath(text: string): boolean {
  return PATH.test(text) && /[/.]/.test(text) && !/\/\/|[/.]$/.test(text);
}

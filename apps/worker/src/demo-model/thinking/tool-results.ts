import { z } from 'zod';

/** A line of a file that a search came up with. */
export interface Hit {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** Neighbouring lines of a file. */
export interface Lines {
  /** Number of the first line, counted from 1. */
  readonly from: number;
  readonly lines: readonly string[];
}

/** `path:line: text`, also as grep writes it, with or without a column. A path has a slash or an ending, so `12:30` is none. */
const hitLine = /^(?:\.\/)?([^\s:]+):(\d+)(?::\d+)?(?:[:-]|(?=\s)|$)(.*)$/s;
const inPaths = /^[\p{L}\p{N}_@.+()[\]/-]+$/u;
const size = /^\(?\d[\d.,]*(?: ?[a-z]\w*)?\)?$/i;
const numberedLine = /^\s*(\d+)(?:\s*[|:→] ?|\t)(.*)$/;

const hitObject = z.looseObject({
  path: z.string().optional(),
  file: z.string().optional(),
  line: z.number().int().optional(),
  lineNumber: z.number().int().optional(),
  text: z.string().optional(),
  content: z.string().optional(),
});
const textObject = z.looseObject({
  content: z.string().optional(),
  text: z.string().optional(),
  lines: z.array(z.unknown()).optional(),
  startLine: z.number().int().positive().optional(),
});

/** The lines a search found, in the order it gave them, whether it answered with text or with JSON. */
export function readHits(result: string): Hit[] {
  const json = parseJson(result);
  return json === undefined ? hitsInText(result) : [...hitsInJson(json)];
}

/** The paths of a list of files, given as lines or as JSON. */
export function readPaths(result: string): string[] {
  const json = parseJson(result);
  const lines = json === undefined ? result.split(/\r?\n/) : [...stringsIn(json)];
  return lines.flatMap((line) => {
    const path = listedPath(line);
    return path !== undefined && isPathLike(path) && !/[/.]$/.test(path) ? [path] : [];
  });
}

/** The path of an item of a list, which may have the size of the file behind it. */
function listedPath(line: string): string | undefined {
  const [first = '', ...rest] = line.trim().split(/\s+/);
  const [path = '', ...others] = first === '-' || first === '*' ? rest : [first, ...rest];
  if (others.length > 0 && !size.test(others.join(' '))) return undefined;
  return path.startsWith('./') ? path.slice(2) : path;
}

function isPathLike(text: string): boolean {
  return inPaths.test(text) && /[/.]/.test(text) && !text.includes('//');
}

/** The lines a file was read as. Numbers at their start are believed; without them counting starts at `firstLine`. */
export function readLines(result: string, firstLine: number): Lines {
  const json = textObject.safeParse(parseJson(result));
  if (json.success) {
    const { content, text, lines, startLine = firstLine } = json.data;
    const joined = content ?? text ?? lines?.filter((line) => typeof line === 'string').join('\n');
    return linesOfText(joined ?? '', startLine);
  }
  return linesOfText(result, firstLine);
}

function linesOfText(text: string, firstLine: number): Lines {
  const all = text.replace(/\r?\n$/, '').split(/\r?\n/);
  const numbered: { number: number; line: string }[] = [];
  for (const line of all) {
    const match = numberedLine.exec(line);
    const number = Number(match?.[1]);
    const previous = numbered.at(-1)?.number;
    // A tool may put a remark above or below; lines that do not count on are not part of the file.
    if (match !== null && (previous === undefined || number === previous + 1)) {
      numbered.push({ number, line: match[2] ?? '' });
    }
  }
  const [first] = numbered;
  if (first !== undefined && numbered.length >= all.length * 0.8) {
    return { from: first.number, lines: numbered.map(({ line }) => line) };
  }
  return { from: firstLine, lines: all };
}

function hitsInText(text: string): Hit[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const match = hitLine.exec(line.trimStart());
    const path = match?.[1];
    if (match === null || path === undefined || path.endsWith('/') || !isPathLike(path)) return [];
    return [{ path, line: Number(match[2]), text: (match[3] ?? '').replace(/^\s/, '') }];
  });
}

function* hitsInJson(value: unknown): Generator<Hit> {
  if (typeof value === 'string') yield* hitsInText(value);
  if (typeof value !== 'object' || value === null) return;
  const found = hitObject.safeParse(value);
  const path = found.data?.path ?? found.data?.file;
  const line = found.data?.line ?? found.data?.lineNumber;
  if (path !== undefined && line !== undefined) {
    yield { path, line, text: found.data?.text ?? found.data?.content ?? '' };
    return;
  }
  for (const inner of Object.values(value)) yield* hitsInJson(inner);
}

function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield* value.split('\n');
  if (typeof value !== 'object' || value === null) return;
  for (const inner of Object.values(value)) yield* stringsIn(inner);
}

/** Objects and lists only: a bare number or word is text that happens to be JSON. */
function parseJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

import type { Source } from '../contract/index.ts';

const MAX_SPAN_CHARS = 500;
const MAX_PATH_CHARS = 201;
const MAX_LINE_DIGITS = 7;
const LETTER = /\p{L}/u;
const WORD = /[\p{L}\p{N}_]/u;
const PATH = /[\p{L}\p{N}_@.+()[\]~$#/-]/u;
const PATH_START = /[\p{L}\p{N}_@.~$#-]/u;
/**
 * After one of these characters in prose, a path would be part of a longer word, a URL or an
 * address.
 */
const BEFORE = /[\p{L}\p{N}_/:@.~$#+-]/u;
const BRACKET = /[()[\]]/;
const LINES = /^(\d{1,7})(?:[-–](\d{1,7}))?$/;

interface Citation {
  readonly at: number;
  readonly path: string;
  readonly first: string;
  readonly last: string;
}

/**
 * Finds the places cited as `path:line` or `path:first-last`, each once, in order, outside of code
 * blocks. Does not check that they exist.
 */
export function findCitations(markdown: string): Source[] {
  const { found, prose } = citedInCode(withoutCodeBlocks(markdown));
  const all = [...found, ...citedInProse(prose)].sort((a, b) => a.at - b.at);
  const sources = all.flatMap(({ path, first, last }): Source[] => {
    const lines: [number, number] = [Number(first), Number(last)];
    return lines[0] >= 1 && lines[1] >= lines[0] ? [{ path, lines }] : [];
  });
  return [...new Map(sources.map((source) => [formatCitation(source), source])).values()];
}

/** Formats a citation. */
export function formatCitation({ path, lines: [from, to] }: Source): string {
  return from === to ? `${path}:${from}` : `${path}:${from}-${to}`;
}

/**
 * Code spans that consist of one citation: only there may a path have spaces or begin with a
 * bracket.
 */
function citedInCode(text: string): { found: Citation[]; prose: string } {
  const found: Citation[] = [];
  const pieces: string[] = [];
  let kept = 0;
  let at = text.indexOf('`');
  while (at !== -1) {
    const from = endOfRun(text, at);
    const to = from === at + 1 ? endOfSpan(text, from) : -1;
    const inside = to === -1 ? '' : text.slice(from, to);
    const colon = inside.indexOf(':');
    const path = withoutDot(inside.slice(0, Math.max(0, colon)));
    const [, first, last = first] = LINES.exec(inside.slice(colon + 1)) ?? [];
    if (first !== undefined && last !== undefined && LETTER.test(path)) {
      found.push({ at, path, first, last });
      pieces.push(text.slice(kept, at), ' '.repeat(to + 1 - at));
      kept = to + 1;
    }
    at = text.indexOf('`', to === -1 ? from : to + 1);
  }
  return { found, prose: [...pieces, text.slice(kept)].join('') };
}

function endOfRun(text: string, from: number): number {
  let to = from;
  while (text.charAt(to) === '`') to += 1;
  return to;
}

/** The end of a span that one backtick opens on the same line; -1 if it is unclosed. */
function endOfSpan(text: string, from: number): number {
  const within = text.slice(from, from + MAX_SPAN_CHARS + 1);
  const close = within.indexOf('`');
  if (close < 1 || within.slice(0, close).includes('\n')) return -1;
  return text.charAt(from + close + 1) === '`' ? -1 : from + close;
}

/** In prose a path must contain a letter, so that `12:30` is not a citation. */
function* citedInProse(text: string): Generator<Citation> {
  let done = 0;
  for (let colon = text.indexOf(':'); colon !== -1; colon = text.indexOf(':', colon + 1)) {
    const lines = linesAfter(text, colon + 1);
    if (lines === null || colon < done) continue;
    const at = startOfPath(text, colon, done);
    const path = withoutDot(text.slice(at, colon));
    if (path === '' || !LETTER.test(path)) continue;
    done = lines.end;
    yield { at, path, first: lines.first, last: lines.last };
  }
}

function linesAfter(
  text: string,
  from: number,
): { first: string; last: string; end: number } | null {
  const first = digitsAt(text, from);
  if (first === '') return null;
  const afterFirst = from + first.length;
  const last = /[-–]/.test(text.charAt(afterFirst)) ? digitsAt(text, afterFirst + 1) : '';
  const afterLast = afterFirst + 1 + last.length;
  const range = last === '' ? null : ending(text, afterLast);
  if (range !== null) return { first, last, end: range };
  const single = ending(text, afterFirst);
  return single === null ? null : { first, last: first, end: single };
}

/** The end of a citation, including a column; `null` if other characters follow directly. */
function ending(text: string, at: number): number | null {
  const column = text.charAt(at) === ':' ? digitsAt(text, at + 1) : '';
  const afterColumn = at + 1 + column.length;
  if (column !== '' && !isAt(text, afterColumn, WORD)) return afterColumn;
  return isAt(text, at, WORD) ? null : at;
}

/** Reads one digit more than allowed, so that longer numbers are not line numbers. */
function digitsAt(text: string, from: number): string {
  let to = from;
  while (to - from <= MAX_LINE_DIGITS && /\d/.test(text.charAt(to))) to += 1;
  return to - from > MAX_LINE_DIGITS ? '' : text.slice(from, to);
}

/** The start of the path before a colon; the position of the colon if there is none. */
function startOfPath(text: string, colon: number, min: number): number {
  let earliest = colon;
  const bound = Math.max(min, colon - MAX_PATH_CHARS - './'.length);
  while (earliest > bound && isAt(text, earliest - 1, PATH)) earliest -= 1;
  for (let at = earliest; at < colon; at += 1) {
    if (colon - at > MAX_PATH_CHARS && !text.startsWith('./', at)) continue;
    if (isAt(text, at, PATH_START) && !isInsideWord(text, at)) return at;
  }
  return colon;
}

function isInsideWord(text: string, at: number): boolean {
  if (isAt(text, at - 1, BEFORE)) return true;
  return BRACKET.test(text.charAt(at - 1)) && isAt(text, at - 2, /[\p{L}\p{N}_/]/u);
}

/** Whether the character at a position, which may be a trailing surrogate, matches. */
function isAt(text: string, at: number, kind: RegExp): boolean {
  if (at < 0 || at >= text.length) return false;
  const unit = text.charCodeAt(at);
  if (unit < 0x80) return kind.test(text.charAt(at));
  const isSecondHalf = unit >= 0xdc00 && unit <= 0xdfff && at > 0;
  const code = text.codePointAt(isSecondHalf ? at - 1 : at);
  return code !== undefined && kind.test(String.fromCodePoint(code));
}

function withoutDot(path: string): string {
  return path.startsWith('./') ? path.slice(2) : path;
}

const MIN_MARKS = 3;

/** Blanks code blocks out, keeping the length. An unclosed block reaches to the end. */
function withoutCodeBlocks(markdown: string): string {
  const lines: string[] = [];
  let open: string | null = null;
  for (const line of markdown.split('\n')) {
    const marks = marksOf(line);
    const wasOpen = open !== null;
    if (open === null) open = marks;
    else if (closes(line, marks, open)) open = null;
    lines.push(wasOpen || open !== null ? ' '.repeat(line.length) : line);
  }
  return lines.join('\n');
}

/** The backticks or tildes at the start of a line, if there are enough to open a block. */
function marksOf(line: string): string | null {
  const mark = line.charAt(0);
  if (mark !== '`' && mark !== '~') return null;
  let count = 1;
  while (line.charAt(count) === mark) count += 1;
  return count < MIN_MARKS ? null : line.slice(0, count);
}

function closes(line: string, marks: string | null, open: string): boolean {
  return marks?.startsWith(open) === true && line.slice(marks.length).trim() === '';
}

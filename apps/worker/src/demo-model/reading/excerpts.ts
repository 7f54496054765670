import { declarationIn, isComment, lineInterest } from './code-lines.ts';
import type { ReadFile } from './findings.ts';
import type { Term } from './search-terms.ts';

/** A few related lines of a file. */
export interface Excerpt {
  readonly path: string;
  /** First and last line, from 1. */
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
  /** The name of the function, class or similar that contains the lines. */
  readonly inside?: string;
  /** The terms that occur in the lines. */
  readonly terms: readonly string[];
  readonly score: number;
}

/**
 * An excerpt begins with its declaration if that is at most this many lines above its best line.
 */
const MAX_LINES_TO_DECLARATION = 12;
const MAX_COMMENT_LINES = 5;
/** Otherwise it begins this many lines above. */
const LINES_BEFORE = 3;
/** The weight of the file that was read first, which was the most promising. */
const FIRST_FILE = 1.5;

/** The best part of each file that contains any of the terms, best first. */
export function bestExcerpts(
  files: readonly ReadFile[],
  terms: readonly Term[],
  maxLines: number,
): Excerpt[] {
  const weigh = ({ path, score }: Excerpt): number =>
    path === files[0]?.path ? score * FIRST_FILE : score;
  return files
    .flatMap((file) => bestExcerpt(file, terms, maxLines) ?? [])
    .sort((a, b) => weigh(b) - weigh(a));
}

/** The most relevant part of the file for the terms; `undefined` if none occurs in it. */
export function bestExcerpt(
  { path, from: firstLine, lines }: ReadFile,
  terms: readonly Term[],
  maxLines: number,
): Excerpt | undefined {
  const scores = lines.map((line) =>
    terms
      .filter(({ text }) => contains(line, text))
      .reduce((sum, { text, weight }) => sum + weight * lineInterest(line, text), 0),
  );
  const best = bestLine(scores, maxLines);
  if (best === undefined) return undefined;
  const declared = enclosingDeclaration(lines, best);
  const isNear = declared !== undefined && best - declared.index <= MAX_LINES_TO_DECLARATION;
  let from = isNear ? withComment(lines, declared.index) : Math.max(0, best - LINES_BEFORE);
  while (lines[from]?.trim() === '') from += 1;
  if (best - from >= maxLines) from = best - Math.floor(maxLines / 2);
  const depth = isNear ? indentation(lines[declared.index]) : indentation(lines[best]) - 1;
  const end = endOfBlock(lines, best, depth);
  const shown = lines.slice(from, Math.min(end + 1, from + maxLines));
  return {
    path,
    from: firstLine + from,
    to: firstLine + from + shown.length - 1,
    lines: shown,
    ...(declared !== undefined && { inside: declared.name }),
    terms: terms
      .map(({ text }) => text)
      .filter((text) => shown.some((line) => contains(line, text))),
    score: scores.slice(from, from + shown.length).reduce((sum, score) => sum + score, 0),
  };
}

/** The best line within the best neighbourhood. */
function bestLine(scores: readonly number[], size: number): number | undefined {
  let best: { index: number; score: number } | undefined;
  for (const [index, own] of scores.entries()) {
    const around = scores.slice(index, index + size).reduce((sum, n) => sum + Math.min(n, 30), 0);
    const score = own === 0 ? 0 : own * 2 + around / 2;
    if (score > (best?.score ?? 0)) best = { index, score };
  }
  return best?.index;
}

/** The innermost declaration that contains a line, which may be the line itself. */
function enclosingDeclaration(
  lines: readonly string[],
  inner: number,
): { index: number; name: string } | undefined {
  let depth = indentation(lines[inner]);
  for (let index = inner; index >= 0; index -= 1) {
    const line = lines[index] ?? '';
    if (line.trim() === '' || indentation(line) > depth) continue;
    const name = declarationIn(line);
    if (name !== undefined && (index === inner || indentation(line) < depth))
      return { index, name };
    // `): void {` belongs to the earlier line that opened the parameters.
    if (!isComment(line)) depth = indentation(line) + (/^\s*\)/.test(line) ? 1 : 0);
  }
  return undefined;
}

/** The start of the comment above a declaration, unless the comment is too long. */
function withComment(lines: readonly string[], declaration: number): number {
  let from = declaration;
  while (from > 0 && isComment(lines[from - 1] ?? '')) from -= 1;
  return declaration - from > MAX_COMMENT_LINES ? declaration : from;
}

/** The last line after `start` that is deeper than `depth`, including its closing bracket. */
function endOfBlock(lines: readonly string[], start: number, depth: number): number {
  let end = start;
  for (const [index, line] of lines.entries()) {
    if (index <= start || line.trim() === '') continue;
    const isOutside = indentation(line) <= depth && !/^\s*\)/.test(line);
    if (!isOutside || /^\s*(?:[\]}]|end\b)/.test(line)) end = index;
    if (isOutside) break;
  }
  return end;
}

function indentation(line = ''): number {
  return line.length - line.trimStart().length;
}

function contains(line: string, term: string): boolean {
  return line.toLowerCase().includes(term.toLowerCase());
}

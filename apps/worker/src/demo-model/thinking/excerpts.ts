import { declarationIn, indentation, isComment, isTypeDeclaration } from './code-shape.ts';
import type { ReadFile } from './findings.ts';
import { lineInterest } from './ranking.ts';
import type { Term } from './words.ts';

/** A few lines of a file that belong together. */
export interface Excerpt {
  readonly path: string;
  /** First and last line, counted from 1. */
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
  /** The line that made these lines interesting. */
  readonly focus: number;
  /** The name of the function, class or the like that the lines are part of. */
  readonly inside?: string;
  /** The terms that occur in the lines. */
  readonly terms: readonly string[];
  readonly score: number;
}

/** How far above the telling line an excerpt may begin, to begin with the declaration; and how much comment above that. */
const reachUp = 12;
const reachToComment = 5;
/** Where an excerpt begins when its declaration is out of reach. */
const leadIn = 3;
const fewestLines = 5;
/** How much the shape of data tells, compared with what is done with it. */
const dataShape = 0.4;
/** Whoever chose the files to read put the most promising one first. */
const firstChoice = 1.5;

/** The part of a file where the most is said about the terms; nothing when none of them occurs in it. */
export function bestExcerpt(
  file: ReadFile,
  terms: readonly Term[],
  mostLines: number,
): Excerpt | undefined {
  const scores = file.lines.map((line, index) => {
    const score = lineScore(line, terms);
    return score > 0 && isWithinType(file.lines, index) ? score * dataShape : score;
  });
  const focus = bestWindow(scores, mostLines);
  if (focus === undefined) return undefined;
  const enclosing = enclosingDeclaration(file.lines, focus);
  const { from, to } =
    enclosing !== undefined && focus - enclosing.index <= reachUp
      ? declarationExtent(file.lines, enclosing.index, focus, mostLines)
      : passageExtent(file.lines, focus, mostLines);
  const lines = file.lines.slice(from, to + 1);
  return {
    path: file.path,
    from: file.from + from,
    to: file.from + to,
    lines,
    focus: file.from + focus,
    ...(enclosing !== undefined && { inside: enclosing.name }),
    terms: terms
      .map((term) => term.text)
      .filter((text) => lines.some((line) => includes(line, text))),
    score: scores.slice(from, to + 1).reduce((sum, score) => sum + score, 0),
  };
}

/** The best part of each file, most telling first. */
export function bestExcerpts(
  files: readonly ReadFile[],
  terms: readonly Term[],
  mostLines: number,
): Excerpt[] {
  const weigh = ({ path, score }: Excerpt): number =>
    path === files[0]?.path ? score * firstChoice : score;
  return files
    .flatMap((file) => bestExcerpt(file, terms, mostLines) ?? [])
    .sort((a, b) => weigh(b) - weigh(a));
}

function lineScore(line: string, terms: readonly Term[]): number {
  return terms
    .filter((term) => includes(line, term.text))
    .reduce((sum, term) => sum + term.weight * lineInterest(line, term.text), 0);
}

/** The most telling line of the neighbourhood that tells most. */
function bestWindow(scores: readonly number[], size: number): number | undefined {
  const around = (index: number): number =>
    scores.slice(index, index + size).reduce((sum, score) => sum + Math.min(score, 30), 0);
  let best: { index: number; score: number } | undefined;
  for (const [index, own] of scores.entries()) {
    if (own === 0) continue;
    const score = own * 2 + around(index) / 2;
    if (best === undefined || score > best.score) best = { index, score };
  }
  return best?.index;
}

function isWithinType(lines: readonly string[], index: number): boolean {
  const enclosing = enclosingDeclaration(lines, index);
  return enclosing !== undefined && isTypeDeclaration(lines[enclosing.index] ?? '');
}

/** The innermost declaration that a line is part of; it may be the line itself. */
function enclosingDeclaration(
  lines: readonly string[],
  focus: number,
): { index: number; name: string } | undefined {
  let outermost = indentation(lines[focus] ?? '');
  for (let index = focus; index >= 0; index -= 1) {
    const line = lines[index] ?? '';
    if (line.trim() === '' || indentation(line) > outermost) continue;
    const declared = declarationIn(line);
    if (declared !== undefined && (index === focus || indentation(line) < outermost)) {
      return { index, name: declared };
    }
    // What follows the parameters, as in `): void {`, belongs to the line above that opened them.
    if (!isComment(line)) outermost = indentation(line) + (/^\s*\)/.test(line) ? 1 : 0);
  }
  return undefined;
}

interface Extent {
  readonly from: number;
  readonly to: number;
}

/** A declaration with the comment above it, as far as there is room; the telling line is always in it. */
function declarationExtent(
  lines: readonly string[],
  start: number,
  focus: number,
  mostLines: number,
): Extent {
  let from = start;
  while (start - from < reachToComment && from > 0 && isComment(lines[from - 1] ?? '')) from -= 1;
  // A comment that goes on above would begin in the middle of a sentence.
  if (from > 0 && isComment(lines[from - 1] ?? '')) from = start;
  if (focus - from + 1 > mostLines) from = Math.max(start, focus - Math.floor(mostLines / 2));
  return { from, to: endOf(lines, from, endOfBlock(lines, start), focus, mostLines) };
}

/** The lines around the telling one that are at least as deep, when what they are part of begins too far above. */
function passageExtent(lines: readonly string[], focus: number, mostLines: number): Extent {
  const depth = indentation(lines[focus] ?? '');
  let from = focus;
  const isAsDeep = (line: string | undefined): boolean =>
    line !== undefined && indentation(line) === depth;
  while (focus - from < leadIn && isAsDeep(lines[from - 1])) from -= 1;
  let to = focus;
  while (to + 1 < lines.length && !isShallower(lines[to + 1] ?? '', depth)) to += 1;
  return { from, to: endOf(lines, from, to, focus, mostLines) };
}

function isShallower(line: string, depth: number): boolean {
  return line.trim() !== '' && indentation(line) < depth;
}

/** The last line of what begins at a line: up to its closing bracket, or to the next line that is no deeper. */
function endOfBlock(lines: readonly string[], start: number): number {
  const outer = indentation(lines[start] ?? '');
  let end = start;
  for (let index = start + 1; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line.trim() !== '' && indentation(line) <= outer) {
      if (/^\s*[)\]}]|^\s*end\b/.test(line)) end = index;
      if (!/^\s*\)/.test(line)) break;
    }
    end = index;
  }
  return end;
}

/** Cuts an excerpt to size, at the end of a statement where there is one, and drops empty lines at its end. */
function endOf(
  lines: readonly string[],
  from: number,
  end: number,
  focus: number,
  mostLines: number,
): number {
  const room = from + mostLines - 1;
  let to = end <= room ? end : endOfStatement(lines, room, Math.max(focus, from + mostLines / 2));
  // One line alone says little; its neighbours may.
  to = Math.min(Math.max(to, from + fewestLines - 1), lines.length - 1);
  while (to > from && (lines[to] ?? '').trim() === '') to -= 1;
  return to;
}

/** The last line before `to`, and not before `earliest`, that looks like the end of something. */
function endOfStatement(lines: readonly string[], to: number, earliest: number): number {
  for (let index = to; index >= earliest; index -= 1) {
    if (/[;}]\s*$/.test(lines[index] ?? '')) return index;
  }
  return to;
}

function includes(line: string, term: string): boolean {
  return line.toLowerCase().includes(term.toLowerCase());
}

import { isComment } from '../thinking/code-shape.ts';
import type { ReadFile } from '../thinking/findings.ts';
import type { Term } from '../thinking/words.ts';

/** A sentence of a comment or a document. */
export interface Said {
  readonly path: string;
  /** The line it begins on. */
  readonly line: number;
  readonly text: string;
  /** How many of the terms it has. */
  readonly terms: number;
}

export const PROSE_FILE = /\.(?:md|mdx|rst|adoc|txt)$/i;
const MARKS =
  /^\s*(?:\/\*\*?|\*\/|\*|\/\/[/!]?|#+|<!--|-->|--|[-+]|\d{1,3}[.)]|>)\s?|\*\/\s*$|-->\s*$/g;
const NOT_PROSE = /^(?:\||```|~~~|@\w+|import\b|export\b)/;
const MIN_CHARS = 20;
const MAX_CHARS = 320;

/** The sentences in comments and documents that say most about the terms, best first; those with fewer than `least` terms are left out. */
export function saidInProse(
  files: readonly ReadFile[],
  terms: readonly Term[],
  least: number,
): Said[] {
  return files
    .flatMap((file) => sentencesOf(file))
    .map(({ path, line, text }) => ({ path, line, text, terms: countTerms(text, terms) }))
    .filter((said) => said.terms >= least)
    .sort((a, b) => b.terms - a.terms);
}

export function countTerms(text: string, terms: readonly Term[]): number {
  const lower = text.toLowerCase();
  return terms.filter((term) => lower.includes(term.text.toLowerCase())).length;
}

function sentencesOf({ path, from, lines }: ReadFile): Omit<Said, 'terms'>[] {
  const isProse = PROSE_FILE.test(path);
  const found: Omit<Said, 'terms'>[] = [];
  let paragraph: { line: number; text: string }[] = [];
  const close = (): void => {
    found.push(...splitSentences(paragraph).map(({ line, text }) => ({ path, line, text })));
    paragraph = [];
  };
  for (const [index, line] of lines.entries()) {
    const bare = isProse || isComment(line) ? line.replaceAll(MARKS, '').trim() : '';
    const text = NOT_PROSE.test(bare) ? '' : bare;
    if (text === '' || (isProse && /^\s*(?:#|[-*+] |\d+[.)] )/.test(line))) close();
    if (text !== '') paragraph.push({ line: from + index, text });
    if (isProse && /^\s*#/.test(line)) close();
  }
  close();
  return found;
}

/** A sentence may go over several lines; it is cited by the one it begins on. */
function splitSentences(
  paragraph: readonly { line: number; text: string }[],
): { line: number; text: string }[] {
  const starts: { at: number; line: number }[] = [];
  let text = '';
  for (const { line, text: piece } of paragraph) {
    starts.push({ at: text.length, line });
    text += `${piece} `;
  }
  const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
  return [...segmenter.segment(text)].flatMap(({ segment, index }) => {
    const sentence = segment.trim();
    const line = starts.findLast(({ at }) => at <= index)?.line;
    if (line === undefined || sentence.length < MIN_CHARS || sentence.length > MAX_CHARS) return [];
    return [{ line, text: sentence }];
  });
}

import { code, codeBlock, counted, listed, outdented, place } from '../drafting/markdown.ts';
import { bestExcerpts, type Excerpt } from '../thinking/excerpts.ts';
import type { ReadFile } from '../thinking/findings.ts';
import type { QuestionTerm } from './question-terms.ts';
import { countTerms, PROSE_FILE, type Said, saidInProse } from './said-in-prose.ts';

const ORIGIN =
  '> **An answer by the demo model.** No language model wrote this: a small program picked the lines that have most in common with the question. Read them before you rely on them.';

const MOST_SAID = 3;
const LINES_OF_EXCERPT = 18;
const LONGEST_LINE = 160;
const MOST_OTHERS = 3;
/** Words of at least this weight are names: one of them is enough. */
const A_NAME = 6;

/** What there is to answer from. */
export interface AnswerMaterial {
  readonly terms: readonly QuestionTerm[];
  readonly files: readonly ReadFile[];
}

/** Tells whether any file says something about enough of the question to count as an answer. */
export function isAnswered({ terms, files }: AnswerMaterial): boolean {
  const names = terms.filter(({ weight }) => weight >= A_NAME);
  const enough = leastOf(terms);
  return files.some((file) => {
    const text = textOf(file);
    return terms.length > 0 && (countTerms(text, terms) >= enough || countTerms(text, names) > 0);
  });
}

/** An answer in Markdown out of nothing but what is in the files, with the place of everything; or that they have none. */
export function writeAnswer(material: AnswerMaterial): string {
  const sections = isAnswered(material) ? found(material) : notFound(material);
  return `${[ORIGIN, ...sections].join('\n\n')}\n`;
}

function found({ terms, files }: AnswerMaterial): string[] {
  const telling = files.filter((file) => countTerms(textOf(file), terms) > 0);
  const said = saidInProse(telling, terms, Math.min(2, leastOf(terms))).slice(0, MOST_SAID);
  // What documents say is quoted already.
  const sources =
    said.length === 0 ? telling : telling.filter(({ path }) => !PROSE_FILE.test(path));
  const [best, ...others] = byCoverage(bestExcerpts(sources, terms, LINES_OF_EXCERPT), telling);
  return [
    ...(said.length === 0 ? [] : ['In the words of the repository:', bullets(said.map(quoted))]),
    ...(best === undefined ? [] : [`${about(best, terms)}:`, excerpt(best)]),
    ...(others.length === 0 ? [] : [`Also about it: ${places(others)}.`]),
  ];
}

/** Excerpts with most of the terms first; a term that is in every file says nothing about any of them. */
function byCoverage(excerpts: readonly Excerpt[], files: readonly ReadFile[]): Excerpt[] {
  const texts = files.map((file) => textOf(file).toLowerCase());
  const rarity = (term: string): number =>
    1 / texts.filter((text) => text.includes(term.toLowerCase())).length;
  const worth = ({ terms }: Excerpt): number =>
    terms.reduce((sum, term) => sum + rarity(term) + 0.1, 0);
  return excerpts.toSorted((a, b) => worth(b) - worth(a));
}

function notFound({ terms, files }: AnswerMaterial): string[] {
  const words = listed(terms.slice(0, 5).map(({ asked }) => code(asked)));
  const [closest] = bestExcerpts(files, terms, LINES_OF_EXCERPT);
  const looked =
    terms.length === 0
      ? 'It has no word that I could have looked for.'
      : `I looked for ${words} in what was found, ${counted(files.length, 'passage')}, and no place says enough about them.`;
  return [
    `The passages do not answer this question. ${looked}`,
    ...(closest === undefined
      ? []
      : [`The closest is ${range(closest)}; it may be about something else.`]),
    'Ask with the name of a function, a file, or the exact text of a message: those can be looked for.',
  ];
}

function leastOf(terms: readonly QuestionTerm[]): number {
  return terms.length < 2 ? 1 : Math.max(2, Math.ceil(terms.length * 0.4));
}

function about(best: Excerpt, terms: readonly QuestionTerm[]): string {
  const has = terms.filter(({ text }) => best.terms.includes(text));
  const where = best.inside === undefined ? range(best) : `${code(best.inside)}, ${range(best)}`;
  return has.length === 0
    ? `The closest place is ${where}`
    : `Most about ${listed(has.map(({ asked }) => code(asked)))} stands in ${where}`;
}

function excerpt({ lines, path }: Excerpt): string {
  const shown = outdented(lines).map((line) =>
    line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)} …` : line,
  );
  return codeBlock(shown, path);
}

function quoted({ text, path, line }: Said): string {
  return `“${text.replaceAll(/\s+/g, ' ')}” (${place(path, line)})`;
}

function places(excerpts: readonly Excerpt[]): string {
  return listed(excerpts.slice(0, MOST_OTHERS).map(range));
}

function range({ path, from, to }: Pick<Excerpt, 'path' | 'from' | 'to'>): string {
  return code(from === to ? `${path}:${from}` : `${path}:${from}-${to}`);
}

function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

function textOf({ path, lines }: ReadFile): string {
  return `${path}\n${lines.join('\n')}`;
}

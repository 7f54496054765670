import { pathInterest } from '../reading/code-lines.ts';
import { bestExcerpts, type Excerpt } from '../reading/excerpts.ts';
import { gatherFindings, type ReadFile, readToolUses } from '../reading/findings.ts';
import { readIssue, taggedParts } from '../reading/issue-text.ts';
import { NAME_WEIGHT, salientTerms, type Term } from '../reading/search-terms.ts';
import { readLines } from '../reading/tool-results.ts';
import { type ChatRequest, messageText, textOf } from '../wire/chat-request.ts';
import type { AnswerToolCall } from '../wire/completion.ts';
import { sections } from './comment.ts';
import { bullets, code, codeBlock, counted, listed, place } from './markdown.ts';
import { CALLS_PER_ROUND, EXCERPT_LINES, readFiles, search } from './next-calls.ts';

/** A question about a repository, as in a conversation. */
export interface AskedQuestion {
  readonly question: string;
  /** The previous question. */
  readonly before?: string;
  /** The passages found for it: neighbouring lines of files, best first. */
  readonly passages: readonly ReadFile[];
}

const ABOUT_QUESTIONS = /\banswer(?:s|ing)? (?:a |the )?questions?\b.{0,40}\brepository\b/i;
const PASSAGE_HEADING = /^#+ (\S.*)$/gm;
const ORIGIN =
  '> **An answer by the demo model.** No language model wrote this: a small program picked the lines that have most in common with the question. Read them before you rely on them.';
const MAX_QUESTION_CHARS = 4_000;
/** A question with fewer terms is taken as a follow-up to the previous one. */
const FEW_TERMS = 2;
/** Shorter than for issues, because questions are short. */
const MIN_WORD_CHARS = 4;
/** One round of searching, one of reading. */
const MAX_ROUNDS = 2;
const LINES_BEFORE = 20;
const LINES_AFTER = 40;
const MAX_SHOWN = 2;

/** Reads the question of a conversation; `undefined` if it is not about a question. */
export function readQuestion(request: ChatRequest): AskedQuestion | undefined {
  const texts = request.messages.filter(({ role }) => role === 'user').map(messageText);
  const last = texts.at(-1);
  if (last === undefined || !ABOUT_QUESTIONS.test(textOf(request, 'instructions')))
    return undefined;
  const before = texts.at(-2);
  return {
    question: questionIn(last),
    ...(before !== undefined && { before: questionIn(before) }),
    passages: taggedParts(last, 'passages').flatMap(passagesIn),
  };
}

function questionIn(text: string): string {
  return (taggedParts(text, 'question')[0] ?? text).trim().slice(0, MAX_QUESTION_CHARS);
}

/** Answers from the passages; uses tools only if the passages are insufficient. */
export function answerQuestion(
  request: ChatRequest,
  asked: AskedQuestion,
  tools: ReadonlySet<string>,
  ignored: ReadonlySet<string>,
): string | AnswerToolCall[] {
  const { uses, rounds } = readToolUses(request);
  const findings = gatherFindings(uses, asked.question);
  const terms = termsOf(asked, ignored);
  const files = [...asked.passages, ...findings.files];
  const isAnswered = files.some((file) => isAbout(file, terms));
  if (!isAnswered && rounds < MAX_ROUNDS) {
    const searches = terms.slice(0, CALLS_PER_ROUND).map(({ text }) => search(text));
    const reads = readFiles(terms, findings, LINES_BEFORE, LINES_AFTER);
    const calls = (rounds === 0 ? searches : reads).filter(({ name }) => tools.has(name));
    if (calls.length > 0) return calls;
  }
  return sections([ORIGIN, ...(isAnswered ? found(terms, files) : notFound(terms, files))]);
}

function passagesIn(text: string): ReadFile[] {
  const headings = [...text.matchAll(PASSAGE_HEADING)];
  return headings.flatMap(({ 0: heading, 1: path = '', index }, at) => {
    const lines = readLines(text.slice(index + heading.length + 1, headings[at + 1]?.index));
    return lines === undefined ? [] : [{ path, ...lines }];
  });
}

/** The search terms of the question; for a short one also those of the previous question. */
function termsOf({ question, before = '' }: AskedQuestion, ignored: ReadonlySet<string>): Term[] {
  const termsIn = (text: string): Term[] => salientTerms(readIssue(text), ignored, MIN_WORD_CHARS);
  const own = termsIn(question);
  return own.length >= FEW_TERMS ? own : [...own, ...termsIn(before)];
}

function found(terms: readonly Term[], files: readonly ReadFile[]): string[] {
  const excerpts = bestExcerpts(files, terms, EXCERPT_LINES).sort(
    (a, b) => relevance(b) - relevance(a),
  );
  const items = excerpts.map((one) => {
    const inside = one.inside === undefined ? '' : `${code(one.inside)}, `;
    return `${inside}${place(one)}: ${listed(one.terms.map(code))}`;
  });
  return [
    'These places have most of the words of the question:',
    bullets(items),
    ...excerpts
      .slice(0, MAX_SHOWN)
      .flatMap((one) => [`From ${place(one)}:`, codeBlock(one.lines, one.path)]),
  ];
}

function notFound(terms: readonly Term[], files: readonly ReadFile[]): string[] {
  const calledTools =
    terms.length === 0
      ? 'It has no word that I could have looked for.'
      : `I looked for ${listed(terms.map(({ text }) => code(text)))} in ${counted(files.length, 'passage')}, and no place says enough about them.`;
  return [
    `The passages do not answer this question. ${calledTools}`,
    'Ask with the name of a function, a file, or the exact text of a message: those can be looked for.',
  ];
}

function relevance({ terms, path }: Excerpt): number {
  return terms.length * pathInterest(path);
}

/** Whether a file has enough of the terms, or a name, to count as an answer. */
function isAbout({ path, lines }: ReadFile, terms: readonly Term[]): boolean {
  const text = `${path}\n${lines.join('\n')}`.toLowerCase();
  const matched = terms.filter((term) => text.includes(term.text.toLowerCase()));
  const enough = terms.length < 2 ? 1 : Math.max(2, Math.ceil(terms.length * 0.4));
  return matched.length >= enough || matched.some(({ weight }) => weight >= NAME_WEIGHT);
}

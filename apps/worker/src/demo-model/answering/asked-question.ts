import type { ReadFile } from '../thinking/findings.ts';
import { readLines } from '../thinking/tool-results.ts';
import { type ChatMessage, type ChatRequest, messageText } from '../wire/chat-request.ts';

/** A question about a repository, as a conversation asks it. */
export interface AskedQuestion {
  readonly question: string;
  /** The questions before it, oldest first. */
  readonly before: readonly string[];
  /** What was found for it, neighbouring lines of files, best first. */
  readonly passages: readonly ReadFile[];
}

/** What whoever asks says the conversation is for. */
const ABOUT_QUESTIONS = /\banswer(?:s|ing)? (?:a |the )?questions?\b.{0,40}\brepository\b/i;
const QUESTION = /<([a-z_-]{0,20}question)>/i;
const PASSAGES = /<([a-z_-]{0,20}passages)>/i;
/** `# path`, and then the lines of it with their numbers. */
const HEADING = /^#+ (\S.*)$/gm;
const MAX_QUESTION_CHARS = 4_000;

/** Reads the question that a conversation is about; `undefined` when it is about something else. */
export function readQuestion({ messages }: ChatRequest): AskedQuestion | undefined {
  const isAsking = messages.some(
    (message) => isInstruction(message) && ABOUT_QUESTIONS.test(messageText(message)),
  );
  const texts = messages.filter(({ role }) => role === 'user').map(messageText);
  const last = texts.at(-1);
  if (!isAsking || last === undefined) return undefined;
  return {
    question: questionIn(last),
    before: texts.slice(0, -1).map(questionIn),
    passages: passagesIn(last),
  };
}

function isInstruction({ role }: ChatMessage): boolean {
  return role === 'system' || role === 'developer';
}

function questionIn(text: string): string {
  return (inside(text, QUESTION) ?? text).trim().slice(0, MAX_QUESTION_CHARS);
}

function passagesIn(text: string): ReadFile[] {
  const body = inside(text, PASSAGES) ?? '';
  const headings = [...body.matchAll(HEADING)];
  return headings.flatMap(({ 0: heading, 1: path = '', index }, place) => {
    const end = headings[place + 1]?.index ?? body.length;
    const lines = body.slice(index + heading.length + 1, end).trimEnd();
    return lines === '' ? [] : [{ path, ...readLines(lines, 1) }];
  });
}

/** What stands between the first such tag and its end. */
function inside(text: string, tag: RegExp): string | undefined {
  const open = tag.exec(text);
  if (open === null) return undefined;
  const start = open.index + open[0].length;
  const end = text.indexOf(`</${open[1] ?? ''}>`, start);
  return text.slice(start, end === -1 ? text.length : end);
}

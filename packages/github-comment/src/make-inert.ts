import { runInSlices, type SlicedWork } from '@runtape/async';
import { findCode, type Range } from './code-ranges.ts';

/** Invisible, and no pattern that GitHub acts upon matches across it. */
const BREAK = '\u200B';

/** After a letter or digit an `@` is part of an address, never a mention. */
const WORD = /[A-Za-z0-9]/;
const SPACE = /\s/;

/** Possible starts of text that GitHub acts upon. */
const TRIGGERS = /[@＠﹫<[&#]|GH-(?=\d)|:(?=\\?\/\\?\/)|www\.|^[ \t]{0,20}\/(?=[a-z])/gim;

/** Named characters that are harmless. All others are shown as they are written. */
const HARMLESS = /^&(?:amp|lt|gt|quot|nbsp|mdash|ndash|hellip|times|rarr|larr|copy);/;
const REFERENCE = /^&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{0,31});/i;
const SHA = /^@[0-9a-f]{7,40}\b/i;
const CHECKBOX = /^\[[ x]\][ \t]/i;
const LIST_ITEM = /^[ \t>]{0,100}(?:[-*+]|\d{1,9}[.)])[ \t]{1,4}$/;
const MAX_PREFIX = 120;

/**
 * Makes untrusted Markdown inert: posted on GitHub it notifies no one, references no issue or
 * commit, has no links and no HTML, and gives no command to bots. Code stays as it is; the rest is
 * shown as text. An unclosed code block is closed, so that it cannot swallow what follows. Works in
 * slices.
 * @param markdown any text; one too complex to be a comment becomes a single code block.
 * @param options.signal ends the work between two slices.
 * @throws the signal's reason once it has aborted.
 */
export async function makeInert(
  markdown: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<string> {
  return await runInSlices(inertSteps(markdown), { signal });
}

/** `makeInert` as steps, for callers that process the text further. */
export function* inertSteps(markdown: string): SlicedWork<string> {
  const text = normalize(markdown);
  const found = yield* findCode(text, 'escaped');
  if (found === null) return asCode(text);
  const parts: string[] = [];
  let at = 0;
  for (const { from, to } of [...found.code, { from: text.length, to: text.length }]) {
    yield* disarm(text, { range: { from: at, to: from }, parts });
    parts.push(text.slice(from, to));
    at = to;
  }
  const inert = parts.join('');
  if (found.openFence === null) return inert;
  return `${inert}${inert.endsWith('\n') ? '' : '\n'}${found.openFence}`;
}

/**
 * Normalizes a text: lines end in LF, no lone surrogates, and nothing that parsers interpret
 * differently.
 */
export function normalize(markdown: string): string {
  return markdown
    .toWellFormed()
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll('\0', '\uFFFD')
    .replaceAll('\uFEFF', '');
}

/** A single block that no line of the text can close. */
function asCode(text: string): string {
  const longest = (text.match(/`+/g) ?? []).reduce((most, { length }) => Math.max(most, length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

/** Appends a range of text to the parts, and breaks everything that GitHub acts upon. */
function* disarm(
  text: string,
  { range, parts }: { readonly range: Range; readonly parts: string[] },
): SlicedWork<void> {
  const part = text.slice(range.from, range.to);
  let copied = 0;
  for (const { 0: found, index } of part.matchAll(TRIGGERS)) {
    yield;
    parts.push(part.slice(copied, index), disarmed(found, text, range.from + index));
    copied = index + found.length;
  }
  parts.push(part.slice(copied));
}

function disarmed(found: string, text: string, at: number): string {
  switch (found) {
    case '<':
      return isEscaped(text, at) ? found : '&lt;';
    case '[':
      return isEscaped(text, at) || isCheckbox(text, at) ? found : '\\[';
    case '&':
      return isEscaped(text, at) ? found : disarmReference(text, at);
    case '#':
      return /\d/.test(text.charAt(at + 1)) ? `#${BREAK}` : found;
    case '@':
    case '＠':
    case '﹫':
      return disarmMention(text, at);
    default:
      return disarmedWord(found);
  }
}

function disarmedWord(found: string): string {
  if (found.endsWith('/')) return `${found.slice(0, -1)}${BREAK}/`;
  if (found.endsWith('.')) return `${found.slice(0, -1)}${BREAK}.`;
  return `${found}${BREAK}`;
}

function disarmReference(text: string, at: number): string {
  const written = text.slice(at, at + 40);
  return REFERENCE.test(written) && !HARMLESS.test(written) ? '&amp;' : '&';
}

function disarmMention(text: string, at: number): string {
  const next = text.charAt(at + 1);
  const sign = text.charAt(at);
  if (next === '' || SPACE.test(next)) return sign;
  const isAddress = WORD.test(text.charAt(at - 1)) && !SHA.test(text.slice(at, at + 42));
  return isAddress ? sign : `${sign}${BREAK}`;
}

/** Whether this is the checkbox of a task list, which is not a link. */
function isCheckbox(text: string, at: number): boolean {
  if (!CHECKBOX.test(text.slice(at, at + 4))) return false;
  const before = text.slice(Math.max(0, at - MAX_PREFIX), at);
  return LIST_ITEM.test(before.slice(before.lastIndexOf('\n') + 1));
}

/** Whether a character is escaped: an odd number of backslashes precedes it. */
function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text.charAt(before - 1) === '\\') before -= 1;
  return (at - before) % 2 === 1;
}

/**
 * The text that is posted for a person: unchanged except for surrounding blanks and line ends. The
 * page shows it, and the workflow posts it after a hidden mark.
 */
export function personText(body: string): string {
  return normalize(body).trim();
}

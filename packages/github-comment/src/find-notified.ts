import { runInSlices, type SlicedWork } from '@runtape/async';
import { findCode } from './code-ranges.ts';
import { normalize } from './make-inert.ts';

/** The users and references that GitHub notifies about a comment. */
export interface Notified {
  /** Users and teams, such as `@ada` and `@acme/core`, each once. */
  readonly mentions: readonly string[];
  /** Issues, pull requests and commits that show the comment, as they are written, each once. */
  readonly references: readonly string[];
}

const MENTION = /(?<![A-Za-z0-9])@[a-z0-9][a-z0-9-]{0,38}(?:\/[a-z0-9][\w.-]{0,99})?/gi;
const URL_START = /https?:\/\/[^\s<>"'`()[\]]{1,500}/gi;
const PAGE =
  /^\/[\w.-]{1,39}\/[\w.-]{1,100}\/(?:issues|pull|discussions|commit)\/[0-9a-f]{1,40}(?=$|\/)/i;
const NUMBER = /#\d{1,10}(?![\w-])|(?<![A-Za-z0-9])GH-\d{1,10}\b|@[0-9a-f]{7,40}\b/gi;
const NAME = /[\w./-]/;
/** The longest `owner/repository` of GitHub. */
const MAX_NAME = 140;
const CHARACTER =
  /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(commat|num|sol|colon|period|lowbar|hyphen|dash));/gi;
const named: Readonly<Record<string, string>> = {
  commat: '@',
  num: '#',
  sol: '/',
  colon: ':',
  period: '.',
  lowbar: '_',
  hyphen: '-',
  dash: '-',
};
/** The largest code point of Unicode. */
const MAX_CODE_POINT = 0x10_ff_ff;

/**
 * Finds the users GitHub would notify of a comment, and the issues that would refer to it, outside
 * of code. In doubt it lists too many. Works in slices.
 * @param options.signal ends the work between two slices.
 * @throws the signal's reason once it has aborted.
 */
export async function findNotified(
  markdown: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Notified> {
  return await runInSlices(notifiedSteps(markdown), { signal });
}

function* notifiedSteps(markdown: string): SlicedWork<Notified> {
  const text = yield* textOf(normalize(markdown));
  return {
    mentions: [...new Set(text.match(MENTION) ?? [])],
    references: yield* referencesIn(text),
  };
}

/** The text without code, with numeric and named characters decoded. */
function* textOf(markdown: string): SlicedWork<string> {
  const code = (yield* findCode(markdown, 'raw'))?.code ?? [];
  let text = '';
  let at = 0;
  for (const { from, to } of code) {
    text += `${markdown.slice(at, from)} `;
    at = to;
  }
  return (text + markdown.slice(at)).replaceAll(
    CHARACTER,
    (_, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return named[name.toLowerCase()] ?? ' ';
      const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return point <= MAX_CODE_POINT ? String.fromCodePoint(point) : ' ';
    },
  );
}

function* referencesIn(text: string): SlicedWork<readonly string[]> {
  const found = new Set<string>();
  for (const [url] of text.matchAll(URL_START)) {
    yield;
    const page = pageOf(url);
    if (page !== null) found.add(page);
  }
  const withoutUrls = text.replaceAll(URL_START, ' ');
  for (const match of withoutUrls.matchAll(NUMBER)) {
    yield;
    const [written] = match;
    const name = nameBefore(withoutUrls, match.index);
    if (written.startsWith('@') && name === '') continue;
    // Part of an address, such as `page#1`, and not an issue.
    if (written.startsWith('#') && name !== '' && !name.includes('/')) continue;
    found.add(name + written);
  }
  return [...found];
}

/** The address of an issue, a pull request, a discussion or a commit, without its remainder. */
function pageOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { origin, pathname } = new URL(url);
  const [page] = PAGE.exec(pathname) ?? [];
  return page === undefined ? null : origin + page;
}

function nameBefore(text: string, at: number): string {
  let from = at;
  while (from > 0 && at - from < MAX_NAME && NAME.test(text.charAt(from - 1))) from -= 1;
  return text.slice(from, at);
}

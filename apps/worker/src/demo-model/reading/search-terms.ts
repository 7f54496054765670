import type { Issue } from './issue-text.ts';

/** A search term. */
export interface Term {
  readonly text: string;
  /** A `file` is searched by its name, everything else in the text of files. */
  readonly kind: 'identifier' | 'file' | 'message' | 'word';
  /** The value of a hit, about 1 to 20. */
  readonly weight: number;
}

/** Terms of at least this weight are names in the code. */
export const NAME_WEIGHT = 6;

const MAX_TERMS = 8;
const MAX_TERM_CHARS = 80;
/** Each repetition of a word adds this to its weight. */
const REPEATED = 0.7;

const FILE_NAME =
  /^[\w@-][\w.@-]*\.(?:[cm]?[jt]sx?|py|go|rs|rb|java|kt|swift|cs|cpp|[ch]|lua|sql|sh|ya?ml|toml|css|html|vue|svelte)$/;
const PATH = /^[\w@./-]+$/;
const IDENTIFIER = /^[A-Za-z_$][\w$]*(?:[.:-][A-Za-z_$][\w$]*)*$/;
const IN_BACKTICKS = /(?<!`)`([^`\n]{2,80})`(?!`)/g;
const IN_QUOTES = /["“]([^"“”\n]{8,80})["”]/g;
/** A path, a file name, or another name with punctuation. */
const TOKEN = /[\w@./-]+/g;
const FILE_TOKEN = /^(?:(?:[\w@-]+\/)+[\w.@-]+|[\w-]+\.(?:[cm]?[jt]sx?|py|go|rs|rb|java))$/;
/** camelCase, PascalCase, snake_case and CONSTANT_CASE. */
const CODE_NAME = /^(?:[a-z][a-z0-9]*[A-Z]|(?:[A-Z][a-z0-9]+){2,}$|[A-Za-z]\w*_\w)/;
/** Mostly English in prose, but worth a try, because packages and files have such names. */
const HYPHENATED = /\b[a-z]{2,}(?:-[a-z]{2,})+\b/g;

/**
 * The words of an issue that most likely lead to its code, at most eight, best first: names in
 * backticks, then file names, quoted messages and other names, then rare words.
 * @param ignored words to omit, such as the names of tools; in lower case.
 * @param minChars the minimum length of an ordinary word. Default: 5.
 */
export function salientTerms(
  { title, text: body }: Issue,
  ignored: ReadonlySet<string>,
  minChars = 5,
): Term[] {
  const found = new Map<string, Term>();
  const add = (raw: string, base: number, kind?: Term['kind']): void => {
    const term = asTerm(raw, base, kind);
    if (term === undefined) return;
    const key = term.text.toLowerCase();
    if (ignored.has(key)) return;
    const known = found.get(key);
    const weight = known && Math.max(known.weight, term.weight) + REPEATED;
    found.set(key, { ...(known ?? term), weight: weight ?? term.weight });
  };
  for (const [text, bonus] of [
    [body, 0],
    [title, 2],
  ] as const) {
    for (const [, span = ''] of text.matchAll(IN_BACKTICKS)) add(span, 10 + bonus);
    for (const [, span = ''] of text.matchAll(IN_QUOTES)) add(span, 7 + bonus, 'message');
    for (const [token] of text.matchAll(TOKEN))
      for (const name of codeNames(token)) add(name, NAME_WEIGHT + bonus);
    const prose = text
      .replaceAll(IN_BACKTICKS, ' ')
      .replaceAll(TOKEN, (token) => (codeNames(token).length > 0 ? ' ' : token));
    for (const [word] of prose.matchAll(HYPHENATED)) add(word, 1.5);
    for (const word of plainWords(prose, minChars)) add(word, 1 + bonus / 2, 'word');
  }
  return [...found.values()].sort((a, b) => b.weight - a.weight).slice(0, MAX_TERMS);
}

/** The parts of a token that look like code in any context. */
function codeNames(token: string): readonly string[] {
  const text = withoutPunctuation(token);
  if (text.length > MAX_TERM_CHARS) return [];
  return FILE_TOKEN.test(text) ? [text] : text.split(/\W+/).filter((name) => CODE_NAME.test(name));
}

function asTerm(raw: string, base: number, kind?: Term['kind']): Term | undefined {
  const [beforeCall = ''] = raw.trim().split('(', 1);
  const text = withoutPunctuation(
    beforeCall.replace(/:\d+(?:[:-]\d+)?$/, '').replace(/^(?:--|[,;:])+/, ''),
  );
  // Two characters are a word in ideographic scripts, but too common in Latin script.
  const minChars = /[^\p{Script=Latin}\p{Script=Common}]/u.test(text) ? 2 : 3;
  if (text.length < minChars || text.length > MAX_TERM_CHARS || /^\d/.test(text)) return undefined;
  if (kind === 'message') return { text, kind, weight: base };
  const file = PATH.test(text) ? text.slice(text.lastIndexOf('/') + 1).replace(/^\.+/, '') : '';
  if (FILE_NAME.test(file)) return { text: file, kind: 'file', weight: base };
  if (kind === 'word')
    return { text: wordStem(text), kind, weight: base + Math.min(text.length, 12) / 10 };
  if (!IDENTIFIER.test(text)) return undefined;
  // A name that is also an everyday word is too common.
  const isEveryday = stopWords.has(text.toLowerCase()) || /^[a-z]{1,4}$/.test(text);
  return { text, kind: 'identifier', weight: isEveryday ? base / 4 : base };
}

function withoutPunctuation(text: string): string {
  let end = text.length;
  while (end > 0 && '.,;:!?'.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** Words in any script, without function words. */
function plainWords(text: string, minChars: number): string[] {
  const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
  return Array.from(segmenter.segment(text))
    .filter(({ isWordLike }) => isWordLike === true)
    .map(({ segment }) => segment.toLowerCase())
    .filter((word) => word.length >= (/[^\p{Script=Latin}\d_'.-]/u.test(word) ? 2 : minChars))
    .filter((word) => !stopWords.has(word) && !stopWords.has(wordStem(word)))
    .filter((word) => !/['’.\d]/.test(word));
}

/** The search is literal, so this removes simple endings, as in `reconnects` and `cancelled`. */
function wordStem(word: string): string {
  if (/(?<![sui])s$/.test(word) && word.length > 5) return word.slice(0, -1);
  const [, stem, last = ''] = /^(\w{3,}?)([bdglmnprt])\2(?:ed|ing)$/.exec(word) ?? [];
  return stem === undefined ? word : stem + last;
}

/**
 * English words of four letters or more that are unrelated to code: function words, and words
 * typical of issues.
 */
const stopWords: ReadonlySet<string> = new Set(
  `
  able about above across actual actually after again against allow almost alone along already also although always among another answer anybody anyone anything
  anyway anywhere appear around arrive arrived asked asks author away awhile back became because become been before began begin behavior behaviour behind being
  believe below best better between body both bring broken bugs call called came cannot case cases cause certain certainly change changed check choose chosen
  clear clearly come comes comment correct correctly could course crash current currently days decide decided describe describeExcerpt description details differ
  different docs docstring documentation documented does doing done down draft during each early easily either else ends enough environment especially even ever
  every everybody everyone everything everywhere exactly example expect expected explain failing fails feature feel feels felt find finds first five fixed
  following forever found four from full further gave generally gets github give given gives goes going gone good great firstGuess half handle happen happened
  happening hard have having hello help helpful here hers herself himself hope hour hours however idea immediately improve incorrect indeed information inside
  instead interesting into issue itself just keep keeps kind knew know known knows label large last late later least leave left less like likely lines link little
  long look calledTools looking searches made main maintainer make makes making many maybe mean means meant mention mentioned might minute moment more most mostly much
  multiple must myself near nearly need needed needs neither never next nice nobody none note nothing notice noticed nowhere observe observed occur often okay
  once ones only onto order other otherwise ours ourselves over owner part parts people place please point possible possibly prefer pretty previous previously
  probably problem properly provide question rather reaches read readme really reason regression remains repo report reported reporter repository reproduce
  reproducing reproduction request result right content same says screenshot second seem seemed seems seen several severity short shorter should show showed shown
  shows side simple simply since single small some somebody somehow someone something sometimes somewhere soon sorry sort special start started stays step steps
  still stop stops such suddenly suggest summary suppose sure suspect take taken takes tell text than thank that their them themselves then matched therefore these
  they thing think third this those though thought three through thus time times title today together told took tried tries true trying turn turned turns twice
  under understand unexpected unless until untrusted upon used useful user users uses using usual usually version very visible waits want wanted wants ways well
  went were what whatever when whenever where whether which while whole whose will wish with within without word words work workaround worked working works worse
  worst would write written wrong wrote your yours yourself
  `
    .trim()
    .split(/\s+/),
);

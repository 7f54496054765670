import type { Issue } from './issue-text.ts';
import { stopWords } from './stop-words.ts';

/** Something to look for in the code. */
export interface Term {
  readonly text: string;
  /** A `file` is looked for by its name; everything else in the text of files. */
  readonly kind: 'identifier' | 'file' | 'message' | 'word';
  /** How much a hit is worth, about 1 to 20. */
  readonly weight: number;
}

const mostTerms = 8;
const longestTerm = 80;
/** What saying a word again adds to its weight. */
const repeated = 0.7;

const fileName =
  /^[\w@-][\w.@-]*\.(?:[cm]?[jt]sx?|py|go|rs|rb|java|kt|swift|cs|cpp|[ch]|lua|sql|sh|ya?ml|toml|css|html|vue|svelte)$/;
const filePath = /^[\w@./-]+$/;
const identifier = /^[A-Za-z_$][\w$]*(?:[.:-][A-Za-z_$][\w$]*)*$/;
const inBackticks = /(?<!`)`([^`\n]{2,80})`(?!`)/g;
const inQuotes = /["“]([^"“”\n]{8,80})["”]/g;
/** Whatever may be a path, a name of a file, or other names with signs between them. */
const token = /[\w@./-]+/g;
const pathForm = /^(?:[\w@-]+\/)+[\w.@-]+$/;
const sourceFile = /^[\w-]+\.(?:[cm]?[jt]sx?|py|go|rs|rb|java)$/;
/** camelCase, PascalCase, snake_case and CONSTANT_CASE. */
const codeLikeNames = [/^[a-z][a-z0-9]*[A-Z]/, /^(?:[A-Z][a-z0-9]+){2,}$/, /^[A-Za-z]\w*_\w/];
/** In prose a hyphen is mostly English; in a name of a package or a file it is worth a try. */
const hyphenated = /\b[a-z]{2,}(?:-[a-z]{2,})+\b/g;

/**
 * The words of an issue that are most likely to lead to its code: names in backticks, then file names, quoted messages and
 * other names, then rare words. At most eight, most promising first.
 *
 * @param ignored words that the asker put there, such as the names of tools; in lower case.
 */
export function salientTerms(issue: Issue, ignored: ReadonlySet<string>): Term[] {
  const found = new Map<string, Term>();
  const add = (raw: string, base: number, kind?: Term['kind']): void => {
    const candidate = asTerm(raw, base, kind);
    if (candidate === undefined || ignored.has(candidate.text.toLowerCase())) return;
    const key = candidate.text.toLowerCase();
    const known = found.get(key);
    const weight =
      known === undefined ? candidate.weight : Math.max(known.weight, candidate.weight) + repeated;
    found.set(key, { ...(known ?? candidate), weight });
  };
  for (const source of [
    { text: issue.text, bonus: 0 },
    { text: issue.title, bonus: 2 },
  ]) {
    for (const [, span] of source.text.matchAll(inBackticks)) add(span ?? '', 10 + source.bonus);
    for (const [, span] of source.text.matchAll(inQuotes))
      add(span ?? '', 7 + source.bonus, 'message');
    for (const [written] of source.text.matchAll(token))
      for (const span of codeLikeIn(written)) add(span, 6 + source.bonus);
    const prose = source.text
      .replaceAll(inBackticks, ' ')
      .replaceAll(token, (written) => (codeLikeIn(written).length > 0 ? ' ' : written));
    for (const [word] of prose.matchAll(hyphenated)) add(word, 1.5);
    for (const word of plainWords(prose)) add(word, 1 + source.bonus / 2, 'word');
  }
  return [...found.values()].sort((a, b) => b.weight - a.weight).slice(0, mostTerms);
}

/** Words that look like code wherever they stand. */
function codeLikeIn(found: string): readonly string[] {
  const text = withoutPunctuation(found);
  if (text.length > longestTerm) return [];
  if (pathForm.test(text) || sourceFile.test(text)) return [text];
  return text.split(/\W+/).filter((name) => codeLikeNames.some((form) => form.test(name)));
}

function asTerm(raw: string, base: number, kind?: Term['kind']): Term | undefined {
  const [beforeCall = ''] = raw.trim().split('(', 1);
  const text = withoutPunctuation(
    beforeCall.replace(/:\d+(?:[:-]\d+)?$/, '').replace(/^(?:--|[,;:])+/, ''),
  );
  if (text.length < fewestCharacters(text) || text.length > longestTerm) return undefined;
  if (/^\d/.test(text)) return undefined;
  if (kind === 'message') return { text, kind, weight: base };
  const file = fileIn(text);
  if (file !== undefined) return { text: file, kind: 'file', weight: base };
  if (kind === 'word') {
    return { text: wordStem(text), kind, weight: base + Math.min(text.length, 12) / 10 };
  }
  if (!identifier.test(text)) return undefined;
  // A name that is also an everyday word leads everywhere.
  const everyday = stopWords.has(text.toLowerCase()) || /^[a-z]{1,4}$/.test(text);
  return { text, kind: 'identifier', weight: everyday ? base / 4 : base };
}

function withoutPunctuation(text: string): string {
  let end = text.length;
  while (end > 0 && '.,;:!?'.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** The name of the file that a path leads to. */
function fileIn(path: string): string | undefined {
  if (!filePath.test(path)) return undefined;
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/^\.+/, '');
  return fileName.test(name) ? name : undefined;
}

/** Two signs are a word in ideographic scripts; in Latin script they lead everywhere. */
function fewestCharacters(text: string): number {
  return /[^\p{Script=Latin}\p{Script=Common}]/u.test(text) ? 2 : 3;
}

/** Words that are no grammar, in any script. */
function plainWords(text: string): string[] {
  const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
  return [...segmenter.segment(text)]
    .filter(({ isWordLike }) => isWordLike === true)
    .map(({ segment }) => segment.toLowerCase())
    .filter(
      (word) => word.length >= 5 || (word.length >= 2 && /[^\p{Script=Latin}\d_'.-]/u.test(word)),
    )
    .filter(
      (word) => !stopWords.has(word) && !stopWords.has(wordStem(word)) && !/['’.\d]/.test(word),
    );
}

/** Takes off what can be taken off without a dictionary, because the search is literal: `reconnects`, `cancelled`. */
function wordStem(word: string): string {
  if (/(?<![sui])s$/.test(word) && word.length > 5) return word.slice(0, -1);
  const doubled = /^(\w{3,}?)([bdglmnprt])\2(?:ed|ing)$/.exec(word);
  return doubled?.[1] === undefined ? word : doubled[1] + (doubled[2] ?? '');
}

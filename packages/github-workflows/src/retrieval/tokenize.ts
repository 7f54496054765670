import { stemmer } from 'stemmer';
import { wordList } from '../text/word-list.ts';

/** Longer words are usually generated, such as hashes or encoded data. */
const MAX_WORD_CHARS = 60;
const RUN = /[\p{L}\p{N}\p{M}_$]+/gu;
/** Between the words of a name: `readFile`, `HTTPServer`, `read_file`. */
const NAME_BOUNDARY = /[_$]+|(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
/** Scripts that write no spaces between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const PLAIN_ASCII = /^[a-z]+$/;

const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

/** English words that are too common to be useful. */
const COMMON: ReadonlySet<string> = new Set(
  wordList(
    'a an and are as at be been but by can could did do does for from had has have how i if in into is it its me my no not of on or our please should so such that the their them then there these they this to was we were what when where which who why will with would you your',
  ),
);

/**
 * Splits a text into index terms: lower case, stemmed, names split and also kept whole, so that
 * `readFile` is found by "read", "files" and "readFile".
 */
export function tokenize(text: string): string[] {
  const words: string[] = [];
  for (const [run] of text.matchAll(RUN)) {
    // A loop, because a long run as arguments of one call would overflow the stack.
    for (const word of UNSPACED.test(run) ? segmentsOf(run) : namesOf(run)) words.push(word);
  }
  return words;
}

function namesOf(run: string): string[] {
  if (run.length > MAX_WORD_CHARS) return [];
  const parts = run.split(NAME_BOUNDARY).filter((part) => part !== '');
  const whole = parts.length > 1 ? [plain(parts.join(''))] : [];
  return [...parts.map(plain).filter(isUseful).map(stem), ...whole];
}

function* segmentsOf(run: string): Generator<string> {
  for (const { segment, isWordLike } of segmenter.segment(run)) {
    const word = isWordLike === true && segment.length <= MAX_WORD_CHARS ? plain(segment) : '';
    if (word !== '' && word.length <= MAX_WORD_CHARS) yield word;
  }
}

/** Removes case and accents. */
function plain(word: string): string {
  return word
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase();
}

function isUseful(word: string): boolean {
  return word.length > 1 && !COMMON.has(word);
}

function stem(word: string): string {
  return PLAIN_ASCII.test(word) ? stemmer(word) : word;
}

import { readIssue } from '../thinking/issue-text.ts';
import { stopWords } from '../thinking/stop-words.ts';
import { salientTerms, type Term } from '../thinking/words.ts';
import type { AskedQuestion } from './asked-question.ts';

/** A question of fewer words of its own is about what was asked before. */
const FEW_TERMS = 2;
const SHORT_WORD_WEIGHT = 1;
const EARLIER = 0.5;
const MAX_TERMS = 10;

/** Something to look for, and how the question has it. */
export interface QuestionTerm extends Term {
  readonly asked: string;
}

/**
 * The words of a question that lead to its answer, most promising first; of a short follow-up also those of the question before.
 * @param ignored words that are no use, in lower case, such as the names of tools.
 */
export function questionTerms(asked: AskedQuestion, ignored: ReadonlySet<string>): QuestionTerm[] {
  const own = termsOf(asked.question, ignored);
  const before = asked.before.at(-1);
  if (own.length >= FEW_TERMS || before === undefined) return own;
  const known = new Set(own.map(({ text }) => text.toLowerCase()));
  const earlier = termsOf(before, ignored)
    .filter(({ text }) => !known.has(text.toLowerCase()))
    .map(({ text, asked: as, kind, weight }) => ({
      text,
      asked: as,
      kind,
      weight: weight * EARLIER,
    }));
  return [...own, ...earlier].slice(0, MAX_TERMS);
}

function termsOf(text: string, ignored: ReadonlySet<string>): QuestionTerm[] {
  const salient = salientTerms(readIssue(text), ignored).map(shortened);
  const known = salient.map((term) => term.text.toLowerCase());
  // Questions are short: every word that is no grammar counts.
  const rest = (text.toLowerCase().match(/\p{L}[\p{L}\p{N}]{2,}/gu) ?? [])
    .filter((word) => !stopWords.has(word) && !ignored.has(word))
    .map((word) => shortened({ text: word, kind: 'word', weight: SHORT_WORD_WEIGHT }))
    .filter(({ text: word }) => !known.some((other) => other.includes(word)));
  return [...new Map([...salient, ...rest].map((term) => [term.text, term])).values()].slice(
    0,
    MAX_TERMS,
  );
}

/** Without an English ending, so that `merged` also finds `merge` and `merging`. */
function shortened({ text, kind, weight }: Term): QuestionTerm {
  const stem = text.replace(/(?:ies|ing|ed|es|s|e|y)$/, '');
  const isWord = kind === 'word' && /^[a-z]+$/.test(text) && stem.length >= 4;
  return { text: isWord ? stem : text, asked: text, kind, weight };
}

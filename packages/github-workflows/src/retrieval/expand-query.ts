import type { AskRepositoryInput } from '../contract/index.ts';
import { findCitations } from './find-citations.ts';
import type { WeightedText } from './passage-index.ts';
import { tokenize } from './tokenize.ts';

type History = AskRepositoryInput['history'];

/** The number of earlier turns to include. */
const MAX_TURNS = 2;
/** A question with so few words, such as "And where is that tested?", refers to earlier ones. */
const FEW_WORDS = 3;
/** The maximum length of an earlier question, and of the citations in its answer, in characters. */
const MAX_QUESTION_CHARS = 500;
const MAX_PATHS = 12;
/** The maximum length of an earlier answer, in characters: its first citations matter most. */
const MAX_ANSWER_CHARS = 15_000;
const HISTORY_WEIGHT = 0.25;
const FOLLOW_UP_WEIGHT = 0.7;

/**
 * The query: words of the question and, with less weight, of earlier questions and of the files
 * their answers cite.
 */
export function expandQuery(question: string, history: History): WeightedText[] {
  const own = { text: question, weight: 1 };
  const before = history.slice(-MAX_TURNS).map(({ question: earlier, answer }) => {
    const paths = new Set(findCitations(answer.slice(0, MAX_ANSWER_CHARS)).map(({ path }) => path));
    return [earlier.slice(0, MAX_QUESTION_CHARS), ...[...paths].slice(0, MAX_PATHS)].join('\n');
  });
  if (before.length === 0) return [own];
  const weight = new Set(tokenize(question)).size < FEW_WORDS ? FOLLOW_UP_WEIGHT : HISTORY_WEIGHT;
  return [own, { text: before.join('\n'), weight }];
}

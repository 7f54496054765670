import type { Attack } from '../attack.ts';
import { count, start } from '../send.ts';
import { waitForEnd } from '../wait-for-end.ts';
import { nonsense } from './words.ts';

const MAX_QUESTION = 4000;

/** Questions with many words, each of which is also searched as a prefix and as a misspelling. */
export const longQuestions: Attack = {
  name: 'long-questions',
  summary: 'one word 440 times, beginnings of words, 4,000 characters of nonsense',
  prepare: async (attacked) => {
    await waitForEnd(
      attacked,
      await start(attacked, 'askRepository', { question: 'What is here?' }),
    );
  },
  attack: async (attacked) => {
    const stems = 'workf strea event reade write atte snaps messa clien serve curso token'.split(
      ' ',
    );
    const endings = ['', 's', 'ed', 'er', 'ing'];
    const beginnings = stems.flatMap((stem) => endings.map((end) => stem + end)).join(' ');
    const questions = [
      'workflow '.repeat(440),
      `${beginnings} `.repeat(10),
      nonsense(330),
      'a '.repeat(MAX_QUESTION / 2),
      'a'.repeat(MAX_QUESTION),
      '/'.repeat(MAX_QUESTION),
    ];
    const ids = await Promise.all(
      questions.map((question) =>
        start(attacked, 'askRepository', { question: question.slice(0, MAX_QUESTION) }),
      ),
    );
    return count(await Promise.all(ids.map((id) => waitForEnd(attacked, id))));
  },
};

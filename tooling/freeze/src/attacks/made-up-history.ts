import type { Attack } from '../attack.ts';
import { count, start } from '../send.ts';
import { waitForEnd } from '../wait-for-end.ts';
import { madeUpCitations } from './words.ts';

const MAX_ANSWER = 50_000;

/** A history that cites many places, each of which is looked up. */
export const madeUpHistory: Attack = {
  name: 'made-up-history',
  summary: 'earlier answers that name thousands of files which are not there',
  prepare: async (attacked) => {
    // The first question builds the index of the samples, which is not part of this attack.
    await waitForEnd(
      attacked,
      await start(attacked, 'askRepository', { question: 'What is here?' }),
    );
  },
  attack: async (attacked) => {
    const answer = madeUpCitations(5000).slice(0, MAX_ANSWER);
    const histories = [1, 2, 20].map((length) =>
      Array.from({ length }, () => ({ question: 'q', answer })),
    );
    const ids = await Promise.all(
      histories.map((history) => start(attacked, 'askRepository', { question: 'And?', history })),
    );
    return count(await Promise.all(ids.map((id) => waitForEnd(attacked, id))));
  },
};

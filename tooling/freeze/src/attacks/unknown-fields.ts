import type { Attack } from '../attack.ts';
import { count, send } from '../send.ts';

const BYTES = 2_000_000;
const LENGTHS = [5, 40, 80];

/** Many unknown names, each of which is compared with the known ones. */
export const unknownFields: Attack = {
  name: 'unknown-fields',
  summary: '2 MB of fields that no input has',
  attack: async (attacked) => {
    const answers: string[] = [];
    for (const length of LENGTHS) {
      const fields = Array.from({ length: Math.floor(BYTES / (length + 6)) }, (_, n) => {
        const name = n.toString(36).padStart(length, 'qwertzuiop').slice(-length);
        return `"${name}":1`;
      });
      const body = `{"query":"x",${fields.join(',')}}`;
      answers.push(await send(attacked, '/api/chat', body));
      answers.push(await send(attacked, '/trpc/startQuestion', `{"json":${body}}`));
    }
    return count(answers);
  },
};

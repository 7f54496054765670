import type { Attack } from '../attack.ts';
import { count, send } from '../send.ts';

const STARTS = 700;

/** More workflows than one user may start. */
export const manyStarts: Attack = {
  name: 'many-starts',
  summary: '700 workflows of one user, as fast as the server takes them',
  attack: async (attacked) => {
    const input = { target: { kind: 'sample', name: 'resume-after-reconnect' } };
    const answers: string[] = [];
    for (let n = 0; n < attacked.sized(STARTS); n += 1) {
      const answer = await send(attacked, '/api/workflows', { workflow: 'commentOnIssue', input });
      answers.push(answer.split(',')[0] ?? '');
    }
    return count(answers);
  },
};

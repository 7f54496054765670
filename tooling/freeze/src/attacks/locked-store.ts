import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import type { Attack } from '../attack.ts';
import { count, send } from '../send.ts';

const LOCKED_MS = 4000;
const TURN_MS = 10_000;

/** Another program, such as a backup, that locks the file. */
export const lockedStore: Attack = {
  name: 'locked-store',
  summary: 'another program locks the SQLite file for four seconds',
  stores: ['sqlite'],
  env: () => ({}),
  attack: async (attacked) => {
    // The server may be writing at that moment, so the other program waits.
    using other = new DatabaseSync(attacked.file, { timeout: TURN_MS });
    other.exec('BEGIN IMMEDIATE');
    const body = { workflow: 'askRepository', input: { question: 'x?' } };
    const starts = Array.from({ length: 5 }, () => send(attacked, '/api/workflows', body));
    await delay(LOCKED_MS);
    other.exec('ROLLBACK');
    return count((await Promise.all(starts)).map((answer) => answer.split(',')[0] ?? ''));
  },
};

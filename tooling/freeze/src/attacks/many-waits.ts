import type { Attack } from '../attack.ts';
import { count } from '../send.ts';

const LASTS_MS = 3000;

/** Requests that keep their connection as long as allowed. */
export const manyWaits: Attack = {
  name: 'many-waits',
  summary: '600 pages that wait, and a stream with the same thread 200 times',
  attack: async ({ url }) => {
    const signal = AbortSignal.timeout(LASTS_MS);
    const wait = (path: string, init: RequestInit = {}) =>
      fetch(url + path, { ...init, signal }).then(
        async ({ status, body }) => {
          await body?.cancel();
          return String(status);
        },
        () => 'waiting',
      );
    const headers = { accept: 'application/json' };
    const threads = Array.from({ length: 200 }, (_, n) => ({
      threadId: 'freeze',
      subscription: `s${n}`,
    }));
    const shared = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ threads }),
    };
    const pages = Array.from({ length: 600 }, () =>
      wait('/api/threads/freeze/events?wait=60', { headers }),
    );
    return count(await Promise.all([...pages, wait('/api/events', shared)]));
  },
};

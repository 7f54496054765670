import { TestLog } from '@runtape/testing';
import type { Attack } from '../attack.ts';
import { get, count } from '../send.ts';

const CONTENT = 'x'.repeat(250_000);
let workflowId = '';

/** A request of a few kilobytes that repeats the same call many times. */
export const batches: Attack = {
  name: 'batches',
  summary: '150 snapshots of 2 MB, and 1,500 times the samples, in one request each',
  prepare: async (attacked) => {
    await using log = await attacked.openLog();
    ({ workflowId } = await TestLog.ended(log, ...Array.from({ length: 8 }, () => CONTENT)));
  },
  attack: async (attacked) => {
    const samples = Array.from({ length: 1500 }, () => 'samples').join(',');
    const atOnce = Array.from({ length: 20 }, () => get(attacked, batch(10)));
    return count([
      await get(attacked, batch(150)),
      await get(attacked, `/trpc/${samples}?batch=1&input=%7B%7D`),
      ...(await Promise.all(atOnce)),
    ]);
  },
};

function batch(times: number): string {
  const paths = Array.from({ length: times }, () => 'workflow.get').join(',');
  const inputs = Array.from({ length: times }, (_, n) => [n, { json: { workflowId } }]);
  const input = encodeURIComponent(JSON.stringify(Object.fromEntries(inputs)));
  return `/trpc/${paths}?batch=1&input=${input}`;
}

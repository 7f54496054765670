import { makeToken, TestLog } from '@runtape/testing';
import type { Attack } from '../attack.ts';
import { get, count } from '../send.ts';

const TOKENS = 200_000;
const AT_ONCE = 2000;
let workflowId = '';

/** A long log, for a reader that needs little of it. */
export const longSnapshot: Attack = {
  name: 'long-snapshot',
  summary: 'the snapshot of 200,000 events, and streams and pages that show almost none of them',
  prepare: async (attacked) => {
    await using log = await attacked.openLog();
    const testLog = await TestLog.create(log);
    const tokens = Array.from({ length: AT_ONCE }, () => makeToken('some words of a text '));
    for (let n = 0; n < attacked.sized(TOKENS); n += AT_ONCE) await testLog.append(...tokens);
    await testLog.complete();
    ({ workflowId } = testLog);
  },
  attack: async (attacked) => {
    const path = `/api/workflows/${workflowId}`;
    const input = encodeURIComponent(JSON.stringify({ json: { workflowId } }));
    return count([
      ...(await Promise.all(Array.from({ length: 5 }, () => get(attacked, path)))),
      await get(attacked, `/trpc/workflow.get?input=${input}`),
      await get(attacked, `${path}/events?types=workflow:completed&limit=1000`),
      await stream(`${attacked.url}${path}/events?types=workflow:completed`),
      await stream(`${attacked.url}${path}/events?format=chat`),
      await stream(`${attacked.url}${path}/events`),
    ]);
  },
};

async function stream(url: string): Promise<string> {
  const response = await fetch(url);
  await response.text();
  return `${response.status}, a stream`;
}

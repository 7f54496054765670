import { Agent, get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const EVERY_MS = 10;
/** No answer in this time is as bad as any. */
const GIVE_UP_MS = 120_000;

const [url = ''] = process.argv.slice(2);
// One connection, so that what is measured is the answer, and not how long the system takes to let somebody in.
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let asked = 0;
let failed = 0;
let worstMs = 0;
let isWanted = false;

process.on('message', () => (isWanted = true));
for (;;) {
  const from = performance.now();
  if (!(await isAnswered())) failed += 1;
  asked += 1;
  worstMs = Math.max(worstMs, performance.now() - from);
  if (isWanted) {
    process.send?.({ asked, failed, worstMs: Math.round(worstMs) });
    [asked, failed, worstMs, isWanted] = [0, 0, 0, false];
  }
  await delay(EVERY_MS);
}

function isAnswered(): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const request = get(`${url}/api/health`, { agent, timeout: GIVE_UP_MS }, (response) => {
    response.resume();
    response.once('close', () => resolve(response.statusCode === 200));
  });
  request.once('timeout', () => request.destroy());
  request.once('error', () => resolve(false));
  return promise;
}

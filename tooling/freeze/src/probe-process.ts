import { Agent, get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const EVERY_MS = 10;
/** A longer delay is not measured. */
const GIVE_UP_MS = 120_000;

const [url = '', idleUrl = ''] = process.argv.slice(2);
process.once('disconnect', () => process.exit());
let isRequested = false;
process.on('message', () => (isRequested = true));

const server = makeCount();
const idle = makeCount();
// A server that is still starting does not count as frozen.
while (!(await isAnswered(url))) await delay(EVERY_MS);
void probeForever(idleUrl, idle);
await probeForever(url, server, () => {
  if (!isRequested) return;
  const { requests, failed, worstMs } = server;
  process.send?.({
    requests,
    failed,
    worstMs: Math.round(worstMs),
    idleMs: Math.round(idle.worstMs),
  });
  isRequested = false;
  Object.assign(server, makeCount());
  Object.assign(idle, makeCount());
});

function makeCount() {
  return { requests: 0, failed: 0, worstMs: 0 };
}

async function probeForever(
  origin: string,
  count: ReturnType<typeof makeCount>,
  then: () => void = () => {},
): Promise<never> {
  // A single connection, so that the time for the system to accept connections is not measured.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (;;) {
    const from = performance.now();
    if (!(await isAnswered(origin, agent))) count.failed += 1;
    count.requests += 1;
    count.worstMs = Math.max(count.worstMs, performance.now() - from);
    then();
    await delay(EVERY_MS);
  }
}

function isAnswered(origin: string, agent?: Agent): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const request = get(`${origin}/api/health`, { agent, timeout: GIVE_UP_MS }, (response) => {
    response.resume();
    response.once('close', () => resolve(response.statusCode === 200));
  });
  request.once('timeout', () => request.destroy());
  request.once('error', () => resolve(false));
  return promise;
}

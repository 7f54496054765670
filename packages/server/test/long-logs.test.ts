import { createMemoryEventLog } from '@runtape/event-log/memory';
import { makeToken, TestLog } from '@runtape/testing';
import { expect, test } from 'vitest';
import { newRequest, post } from './requests.ts';
import { readAll } from './read-frames.ts';
import { startApi } from './start-api.ts';

const TOKENS = 20_000;
const AT_ONCE = 5000;

async function longLog(log: ReturnType<typeof createMemoryEventLog>, content = 'word ') {
  const testLog = await TestLog.create(log);
  for (let n = 0; n < TOKENS; n += AT_ONCE) {
    await testLog.append(...Array.from({ length: AT_ONCE }, () => makeToken(content)));
  }
  return testLog;
}

/** Slightly more than a time slice, in ms. */
const SLOW_MS = 12;

/** A log whose reads block the process, as a large page does. */
function slowLog(): ReturnType<typeof createMemoryEventLog> {
  const log = createMemoryEventLog({});
  const [read, readMerged] = [log.read.bind(log), log.readMerged.bind(log)];
  const spin = (): void => {
    const until = performance.now() + SLOW_MS;
    while (performance.now() < until);
  };
  log.read = async (...args) => {
    spin();
    return await read(...args);
  };
  log.readMerged = async (...args) => {
    spin();
    return await readMerged(...args);
  };
  return log;
}

/** Counts the turns of the event loop while a function runs that only works in this process. */
async function turnsDuring(run: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const turn = (): void => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await run();
  isOver = true;
  return turns;
}

test.each([
  ['its snapshot', ''],
  ['a page of one type of event', '/events?types=workflow:completed&limit=1000'],
])('K1: %s is built from a long log in slices', async (_, path) => {
  const log = slowLog();
  await using started = startApi({ log });
  const { workflowId } = await longLog(log);
  const headers = { accept: 'application/json' };
  const request = newRequest(`/api/workflows/${workflowId}${path}`, { headers });
  const turns = await turnsDuring(async () => {
    const response = await started.api.fetch(request);
    expect(response.status).toBe(200);
    await response.text();
  });
  expect(turns).toBeGreaterThan(2);
});

test('K1: a stream of one type of event reads a long log in slices', async () => {
  const log = slowLog();
  await using started = startApi({ log });
  const testLog = await longLog(log);
  await testLog.complete();
  const turns = await turnsDuring(async () => {
    const path = `/api/workflows/${testLog.workflowId}/events?types=workflow:completed`;
    const frames = await readAll(await started.api.fetch(newRequest(path)));
    expect(frames.at(-1)).toMatchObject({ event: 'workflow:completed' });
  });
  expect(turns).toBeGreaterThan(2);
});

test('K1: state above the snapshot limit is refused, and its events can be read', async () => {
  const log = createMemoryEventLog({});
  await using started = startApi({ log });
  const { workflowId } = await longLog(log, 'x'.repeat(500));
  const snapshot = await started.api.fetch(newRequest(`/api/workflows/${workflowId}`));
  expect(snapshot.status).toBe(413);
  expect(await snapshot.json()).toMatchObject({ error: { code: 'snapshot_too_large' } });
  const headers = { accept: 'application/json' };
  const page = await started.api.fetch(
    newRequest(`/api/workflows/${workflowId}/events`, { headers }),
  );
  expect(page.status).toBe(200);
});

test('K2: the calls of one request together return no more than the largest snapshot', async () => {
  const log = createMemoryEventLog({});
  await using started = startApi({ log });
  const { workflowId } = await longLog(log, 'x'.repeat(120));
  const calls = 5;
  const paths = Array.from({ length: calls }, () => 'workflow.get').join(',');
  const inputs = Array.from({ length: calls }, (_, n) => [n, { json: { workflowId } }]);
  const input = encodeURIComponent(JSON.stringify(Object.fromEntries(inputs)));
  const response = await started.api.fetch(newRequest(`/trpc/${paths}?batch=1&input=${input}`));
  expect(response.status).toBe(207);
  const text = await response.text();
  expect(text.length).toBeLessThan(9_000_000);
  expect(text.match(/"code":"answer_too_large"/g)).toHaveLength(calls - 3);
});

test('F3: readers of one snapshot share its serialized form, each with its own requested fields', async () => {
  await using started = startApi();
  const testLog = await TestLog.create(started.log);
  await testLog.append(makeToken('a'));
  const path = `/api/workflows/${testLog.workflowId}/events?replay=snapshot`;
  const first = async (request: Request) => {
    const response = await started.api.fetch(request);
    const reader = response.body?.getReader();
    let text = '';
    while (!text.includes('workflow:state') && !text.includes('reset')) {
      text += new TextDecoder().decode((await reader?.read())?.value);
    }
    await reader?.cancel();
    return text;
  };
  const shared = (after: string | null) =>
    post('/api/events', {
      streams: [{ workflowId: testLog.workflowId, after, replay: 'snapshot' }],
    });
  for (let n = 0; n < 2; n += 1) {
    expect(await first(newRequest(path))).toContain('event: workflow:state');
    expect(await first(newRequest(`${path}&lastEventId=zzzzzzzz-1`))).toContain(
      'other_incarnation',
    );
    expect(
      await first(newRequest(`${path}&lastEventId=${testLog.idOf(1).replace('-1', '-9')}`)),
    ).toContain('"ahead"');
    expect(await first(shared(null))).toContain('workflow:state');
    expect(await first(shared('zzzzzzzz-1'))).toContain('other_incarnation');
  }
});

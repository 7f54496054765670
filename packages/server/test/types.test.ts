import { makeEvent, makeToken, TestLog } from '@runtape/testing';
import { parse } from 'superjson';
import { describe, expect, test, vi } from 'vitest';
import { newRequest } from './requests.ts';
import { readAll, readFrames } from './read-frames.ts';
import { startApi } from './start-api.ts';

const completed = makeEvent('workflow:completed', {
  durationMs: 1,
  usage: null,
  cost: null,
  result: null,
});
const log = makeEvent('log:created', { level: 'info', message: 'x' });
function subscribe(workflowId: string, types: readonly string[]): Request {
  const query = encodeURIComponent(JSON.stringify({ json: { workflowId, types } }));
  return newRequest(`/trpc/onWorkflowEvents?input=${query}`);
}

const seqIn = (id = '-0'): number => Number(id.split('-')[1]);
const eventsPath = ({ workflowId }: TestLog): string => `/api/workflows/${workflowId}/events`;

describe('E15: only some types of events', () => {
  test('arrive with the terminal event, over plain HTTP', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.append(makeToken('a'), log, makeToken('b'));
    await testLog.status('one');
    await testLog.append(completed);
    const response = await started.api.fetch(
      newRequest(`${eventsPath(testLog)}?types=status,log:created`),
    );
    const frames = (await readAll(response)).filter(({ event }) => event !== undefined);
    expect(frames.map(({ event, id }) => [event, id])).toEqual([
      ['log:created', testLog.idOf(2)],
      ['status', testLog.idOf(4)],
      ['workflow:completed', testLog.idOf(5)],
    ]);
  });

  test('arrive live, too', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    const frames = readFrames(
      await started.api.fetch(newRequest(`${eventsPath(testLog)}?types=status&types=log:created`)),
    );
    await frames.next();
    const next = frames.next();
    await testLog.append(makeToken('a'), makeToken('b'));
    await testLog.append(log);
    expect((await next).value).toMatchObject({ event: 'log:created', id: testLog.idOf(3) });
    await frames.return();
  });

  test('arrive over tRPC', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.append(makeToken('a'), log);
    await testLog.status('one');
    await testLog.append(completed);
    const { workflowId } = testLog;
    const frames = await readAll(await started.api.fetch(subscribe(workflowId, ['status'])));
    const seen = frames.flatMap(({ event, id }) => (event === undefined ? [id] : []));
    expect(seen).toEqual([testLog.idOf(3), testLog.idOf(4)]);
    const page = await started.caller.workflow.events({ workflowId, types: ['status'] });
    expect(page.events.map(({ id }) => id)).toEqual([testLog.idOf(3), testLog.idOf(4)]);
    expect(page).toMatchObject({ next: testLog.idOf(4), ended: true });
  });

  test('do not make a reconnecting reader read again what was left out', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    for (let batch = 0; batch < 10; batch += 1) {
      await testLog.append(...Array.from({ length: 100 }, () => log));
    }
    const frames = readFrames(
      await started.api.fetch(newRequest(`${eventsPath(testLog)}?types=token`)),
    );
    await frames.next();
    let cursor: string | undefined;
    while (seqIn(cursor) < 1000) {
      const { value } = await frames.next();
      expect(value).toMatchObject({ event: undefined, data: undefined });
      cursor = value?.id;
    }
    await frames.return();

    const read = vi.spyOn(started.log, 'read');
    const readMerged = vi.spyOn(started.log, 'readMerged');
    const headers = { 'Last-Event-ID': cursor ?? '' };
    const again = await started.api.fetch(
      newRequest(`${eventsPath(testLog)}?types=token`, { headers }),
    );
    const rest = readFrames(again);
    await rest.next();
    const next = rest.next();
    await testLog.append(makeToken('at last'));
    expect((await next).value).toMatchObject({ event: 'token', id: testLog.idOf(1001) });
    for (const [, { after }] of [...read.mock.calls, ...readMerged.mock.calls]) {
      expect(after).toBe(1000);
    }
    await rest.return();
  });

  test('over tRPC a cursor message reports the position', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.append(...Array.from({ length: 400 }, () => log));
    const { workflowId } = testLog;
    const frames = readFrames(await started.api.fetch(subscribe(workflowId, ['token'])));
    await frames.next();
    const { value } = await frames.next();
    expect(value).toMatchObject({ id: testLog.idOf(400), event: undefined });
    expect(parse(value?.data ?? '')).toMatchObject({ type: 'cursor' });
    await frames.return();
  });

  test('with a format: the types that both the format and the reader include', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.status('one');
    await testLog.append(makeToken('a'), completed);
    const path = `${eventsPath(testLog)}?format=thread&types=token,tool:called`;
    const frames = await readAll(await started.api.fetch(newRequest(path)));
    expect(frames.flatMap(({ event }) => event ?? [])).toEqual(['token', 'done']);
  });

  test('a type that no event can have is refused over tRPC as well', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    const { workflowId } = testLog;
    const stream = started.caller.onWorkflowEvents({ workflowId, types: ['to:kens'] });
    await expect(stream).rejects.toThrow(/is not an event type/);
  });
});

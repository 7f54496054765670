import { createMemoryEventLog } from '@runtape/event-log/memory';
import {
  agentStateSchema,
  decodeStreamMessage,
  eventIdSchema,
  logStateSchema,
  type StreamEntry,
  workflowStateSchema,
} from '@runtape/events';
import { makeEvent, makeToken } from '@runtape/testing';
import { applyStreamEntry, initialState } from '@runtape/workflow-state';
import { draftText } from '@runtape/github-workflows/contract';
import { parse } from 'superjson';
import { describe, expect, test } from 'vitest';
import { type Frame, readAll, readFrames } from './read-frames.ts';
import { recordReads } from './record-reads.ts';
import { listen, startApi } from './start-api.ts';
import { TestLog } from '@runtape/testing';

const TOKENS = 100_000;
const ORIGIN = 'http://127.0.0.1';

const pathOf = ({ workflowId }: TestLog, query: string): string =>
  `/api/workflows/${workflowId}/events${query}`;
const eventsOf = (frames: readonly Frame[]) => frames.filter(({ event }) => event !== undefined);

function entryOf({ id, data }: Frame): StreamEntry {
  return { id: eventIdSchema.parse(id), message: decodeStreamMessage(JSON.parse(data ?? '')) };
}

function foldOf(frames: readonly Frame[], { workflowId }: TestLog) {
  return eventsOf(frames).map(entryOf).reduce(applyStreamEntry, initialState(workflowId));
}

function toolReturned(call: number, output: string) {
  return makeEvent('tool:returned', {
    callId: `c${call}`,
    name: 'read_file',
    ok: true,
    summary: 'a file',
    output,
    truncated: false,
    durationMs: 1,
  });
}

describe('F3: replay=snapshot', () => {
  test('a late reader of 100,000 tokens gets one message, and then the live tail', async () => {
    // A heartbeat would be a frame of its own on a slow machine.
    await using started = startApi({ heartbeatMs: 600_000 });
    await using server = await listen(started.api);
    const testLog = await TestLog.create(started.log);
    const words = Array.from({ length: TOKENS }, (_, index) => makeToken(`w${index} `));
    for (let from = 0; from < TOKENS; from += 5000) {
      await testLog.append(...words.slice(from, from + 5000));
    }
    const response = await fetch(`${server.url}${pathOf(testLog, '?replay=snapshot')}`);
    const frames = readFrames(response);
    await frames.next();
    const state = (await frames.next()).value;
    expect(state).toMatchObject({ event: 'workflow:state', id: testLog.idOf(TOKENS) });
    const { snapshot } = workflowStateSchema.parse(JSON.parse(state?.data ?? '')).data;
    expect(draftText(snapshot)).toBe(words.map(({ data }) => data.content).join(''));
    expect(snapshot.cursor).toBe(testLog.idOf(TOKENS));
    await testLog.append(makeToken('and live'));
    expect((await frames.next()).value).toMatchObject({
      event: 'token',
      id: testLog.idOf(TOKENS + 1),
    });
    await testLog.complete();
    expect((await frames.next()).value).toMatchObject({ event: 'workflow:completed' });
    expect((await frames.next()).done).toBe(true);
  });

  test('with a cursor the stream simply continues', async () => {
    await using started = startApi();
    const testLog = await TestLog.ended(started.log, 'a', 'b');
    const request = new Request(`${ORIGIN}${pathOf(testLog, '?replay=snapshot')}`, {
      headers: { 'Last-Event-ID': testLog.idOf(2) },
    });
    const frames = eventsOf(await readAll(await started.api.fetch(request)));
    expect(frames.map(({ event }) => event)).toEqual(['workflow:completed']);
  });

  test('B3: of an ended workflow it is everything; a client that reconnects with its id is told not to', async () => {
    await using started = startApi();
    const testLog = await TestLog.ended(started.log, 'a', 'b');
    const url = `${ORIGIN}${pathOf(testLog, '?replay=snapshot')}`;
    const frames = eventsOf(await readAll(await started.api.fetch(new Request(url))));
    expect(frames.map(({ event, id }) => [event, id])).toEqual([
      ['workflow:state', testLog.idOf(3)],
    ]);
    const again = new Request(url, { headers: { 'Last-Event-ID': testLog.idOf(3) } });
    expect((await started.api.fetch(again)).status).toBe(204);
  });

  test('E1: each agent and the last 50 logs are separate frames; the id is on the last frame', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    const log = (line: number) =>
      makeEvent('log:created', { level: 'info', message: `line ${line}` });
    await testLog.append(
      makeEvent('agent:started', { agentId: 'w1', name: 'Writer', role: 'writer', model: 'm' }),
      makeEvent('agent:started', { agentId: 'c1', name: 'Critic', role: 'critic' }),
      makeEvent('agent:completed', { agentId: 'w1', durationMs: 5, usage: null, cost: 0.25 }),
      ...Array.from({ length: 60 }, (_, line) => log(line)),
    );
    await testLog.complete();
    const url = `${ORIGIN}${pathOf(testLog, '?replay=snapshot')}`;
    const frames = eventsOf(await readAll(await started.api.fetch(new Request(url))));
    expect(frames.map(({ event, id }) => [event, id])).toEqual([
      ['agent:state', undefined],
      ['agent:state', undefined],
      ['log:state', undefined],
      ['workflow:state', testLog.idOf(64)],
    ]);
    const [writer, critic, logs, state] = frames.map(({ data }): unknown => JSON.parse(data ?? ''));
    const { snapshot } = workflowStateSchema.parse(state).data;
    expect(snapshot.agents).toEqual([
      agentStateSchema.parse(writer).data.agent,
      agentStateSchema.parse(critic).data.agent,
    ]);
    expect(writer).toMatchObject({
      data: { agent: { name: 'Writer', role: 'writer', durationMs: 5, cost: 0.25 } },
    });
    const lines = logStateSchema.parse(logs).data.logs;
    expect(lines.map(({ message }) => message)).toEqual(
      Array.from({ length: 50 }, (_, line) => `line ${line + 10}`),
    );
    expect(lines).toEqual(snapshot.logs.slice(-50));
  });

  test('there is a state before the first event, too, and everything follows it', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    const url = `${ORIGIN}${pathOf(testLog, '?replay=snapshot')}`;
    const frames = readFrames(await started.api.fetch(new Request(url)));
    await frames.next();
    const state = (await frames.next()).value;
    expect(state).toMatchObject({ event: 'workflow:state', id: testLog.idOf(0) });
    await testLog.complete();
    expect((await frames.next()).value).toMatchObject({ id: testLog.idOf(1) });
    expect((await frames.next()).done).toBe(true);
  });

  test('over tRPC it is a tracked message like any other', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.append(makeToken('so far'));
    const input = { json: { workflowId: testLog.workflowId, replay: 'snapshot' } };
    const query = encodeURIComponent(JSON.stringify(input));
    const request = new Request(`${ORIGIN}/trpc/onWorkflowEvents?input=${query}`);
    const frames = readFrames(await started.api.fetch(request));
    await frames.next();
    const state = (await frames.next()).value;
    expect(state).toMatchObject({ id: testLog.idOf(1) });
    expect(decodeStreamMessage(parse(state?.data ?? ''))).toMatchObject({
      type: 'workflow:state',
      data: { snapshot: { cursor: testLog.idOf(1), parts: [{ text: 'so far' }] } },
    });
    await testLog.complete();
    expect((await frames.next()).value).toMatchObject({ id: testLog.idOf(2) });
    expect((await frames.next()).value).toMatchObject({ event: 'return' });
  });

  test('a hundred readers that join concurrently cause one fold', async () => {
    await using started = startApi();
    const testLog = await TestLog.ended(started.log, ...Array.from({ length: 100 }, () => 'word '));
    const { reads } = recordReads(started.log);
    const url = `${ORIGIN}${pathOf(testLog, '?replay=snapshot')}`;
    const joiners = Array.from({ length: 100 }, async () =>
      readAll(await started.api.fetch(new Request(url))),
    );
    for (const frames of await Promise.all(joiners)) expect(eventsOf(frames)).toHaveLength(1);
    expect(reads).toHaveLength(1);
  });
});

describe('F3: replay=events', () => {
  test.each(['', '?replay=events'])(
    'merged, cut at part boundaries, it adds up to the snapshot: %j',
    async (query) => {
      await using started = startApi();
      const testLog = await TestLog.create(started.log);
      await testLog.append(
        makeToken('Think', { part: 'notes' }),
        makeToken('ing', { part: 'notes', isComplete: true }),
        makeToken('Hel'),
        makeToken('lo', { isComplete: true }),
        makeToken('A second'),
        makeToken(' draft'),
      );
      await testLog.complete();
      const get = async (search: string) =>
        await readAll(await started.api.fetch(new Request(`${ORIGIN}${pathOf(testLog, search)}`)));
      const frames = await get(query);
      expect(eventsOf(frames).map(({ event, id }) => [event, id])).toEqual([
        ['token', testLog.idOf(2)],
        ['token', testLog.idOf(4)],
        ['token', testLog.idOf(6)],
        ['workflow:completed', testLog.idOf(7)],
      ]);
      const { title, target, workflow, ...seen } = foldOf(frames, testLog);
      expect([title, target, workflow]).toEqual(['', '', '']);
      expect(foldOf(await get('?replay=snapshot'), testLog)).toMatchObject(seen);
    },
  );

  test('50 MB of tool output replay in pages of about a megabyte', async () => {
    const log = createMemoryEventLog({});
    await using started = startApi({ log });
    const testLog = await TestLog.create(log);
    const output = 'x'.repeat(100_000);
    for (let call = 0; call < 500; call += 1) await testLog.append(toolReturned(call, output));
    await testLog.complete();
    const { reads } = recordReads(log);
    const response = await started.api.fetch(new Request(`${ORIGIN}${pathOf(testLog, '')}`));
    let frames = 0;
    for await (const { event } of readFrames(response)) if (event !== undefined) frames += 1;
    expect(frames).toBe(501);
    expect(Math.max(...reads.map(({ entries }) => entries))).toBeLessThanOrEqual(11);
  });
});

describe('an unknown replay mode', () => {
  test.each(['?replay=all', '?replay='])('is a 400 with a JSON error: %s', async (query) => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    const response = await started.api.fetch(new Request(`${ORIGIN}${pathOf(testLog, query)}`));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: 'invalid_input', docs: 'docs/errors/invalid_input.md' },
    });
  });
});

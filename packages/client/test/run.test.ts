import { createMemoryEventLog } from '@runtape/event-log/memory';
import { createInProcessQueue, createWorker, defineWorkflow } from '@runtape/engine';
import { defineContract, type TypesByName } from '@runtape/engine/define';
import { decodeEvent } from '@runtape/events';
import { collect, startServer } from '@runtape/loopback';
import { makeEvent, makeToken, TestLog } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type App, createRuntapeClient } from '../src/index.ts';

const failed = makeEvent('workflow:failed', {
  durationMs: 1,
  error: { code: 'feed_not_found', message: 'There is no feed at this address.' },
});
const cancelled = makeEvent('workflow:cancelled', { durationMs: 1, by: 'ada', reason: 'Enough.' });

const greet = defineWorkflow({
  name: 'greet',
  input: z.object({ names: z.array(z.string()) }),
  result: z.object({ greeted: z.number() }),
  events: { greeted: z.object({ name: z.string() }) },
  run: async (ctx, { names }) => {
    for (const name of names) {
      const content = `Hello ${name}. `;
      await ctx.emit('token', { part: 'greeting', content, isComplete: false });
      await ctx.emit('greeted', { name });
    }
    return { greeted: names.length };
  },
});

type GreetApp = App<TypesByName<[typeof greet]>>;

/** A workflow whose events a test writes, and a client of a server that serves them. */
async function opened() {
  await using starting = new AsyncDisposableStack();
  const log = createMemoryEventLog({});
  const server = starting.use(await startServer({ log }));
  const testLog = await TestLog.create(log);
  const client = createRuntapeClient({
    url: server.url,
    retry: { attempts: 50, baseMs: 5, maxMs: 20 },
  });
  starting.defer(() => client.close());
  const rest = starting.move();
  return {
    server,
    testLog,
    client,
    run: client.run(testLog.workflowId),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

async function all<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const collected = collect(items);
  await collected.done;
  return collected.entries;
}

/** Reads the first item, and leaves. */
async function beginning<Item>(items: AsyncIterable<Item>): Promise<void> {
  for await (const item of items) {
    expect(item).toBeDefined();
    break;
  }
}

describe('D6: a run', () => {
  test('events() gives each event once, with its id, and an own event with its own type', async () => {
    await using at = await opened();
    const item = { title: 'A post', link: 'https://example.com' };
    const own = decodeEvent({ type: 'item', data: item, timestamp: '2026-01-02T03:04:05.678Z' });
    await at.testLog.append(makeToken('Hello'), own);
    await at.testLog.complete();
    const events = await all(at.run.events());
    expect(events.map(({ id }) => id)).toEqual([1, 2, 3].map((seq) => at.testLog.idOf(seq)));
    expect(events[1]).toMatchObject({ type: 'item', data: item });
    const again = await all(at.run.events({ after: at.testLog.idOf(1), types: ['item'] }));
    expect(again.map(({ type }) => type)).toEqual(['item', 'workflow:completed']);
  });

  test('states() begins with the present, and ends with the final state', async () => {
    await using at = await opened();
    await at.testLog.append(makeToken('one '), makeToken('two '));
    const states = at.run.states()[Symbol.asyncIterator]();
    const first = await states.next();
    expect(first.value?.parts[0]?.text).toBe('one two ');
    await at.testLog.append(makeToken('three'));
    await at.testLog.complete();
    const last = (await all({ [Symbol.asyncIterator]: () => states })).at(-1);
    expect(last).toMatchObject({ status: 'completed', cursor: at.testLog.idOf(4) });
    expect(last?.parts[0]?.text).toBe('one two three');
  });

  test('text(part) gives the text so far of one part; text() that of the newest, no reasoning', async () => {
    await using at = await opened();
    const write = (part: string, content: string, isComplete = false) =>
      at.testLog.append(makeEvent('token', { part, content, isComplete }));
    await write('titles', 'First', true);
    await write('summary', 'It ');
    await write('thoughts', 'Hm.');
    const texts = at.run.text('summary')[Symbol.asyncIterator]();
    expect((await texts.next()).value).toBe('It ');
    await write('titles', 'Second', true);
    await write('summary', 'is so.', true);
    await at.testLog.complete();
    expect(await all({ [Symbol.asyncIterator]: () => texts })).toEqual(['It is so.']);
    expect(await all(at.run.text())).toEqual(['Second']);
    expect(await all(at.run.text('nothing'))).toEqual([]);
  });

  test('result() waits for what the workflow returns', async () => {
    await using at = await opened();
    const result = at.run.result();
    const value = { summary: 'It is so.' };
    const data = { durationMs: 1, usage: null, cost: null, result: value };
    await at.testLog.append(makeToken('It'), makeEvent('workflow:completed', data));
    expect(await result).toEqual(value);
    expect(await at.run.result()).toEqual(value);
  });

  test('result() rejects with the code, message and page of a failure', async () => {
    await using at = await opened();
    await at.testLog.append(failed);
    await expect(at.run.result()).rejects.toMatchObject({
      name: 'WorkflowFailedError',
      workflowId: at.testLog.workflowId,
      outcome: 'failed',
      code: 'feed_not_found',
      message: 'There is no feed at this address.',
      docs: 'docs/errors/feed_not_found.md',
    });
  });

  test('result() rejects when the workflow is cancelled, and says by whom and why', async () => {
    await using at = await opened();
    await at.testLog.append(cancelled);
    await expect(at.run.result()).rejects.toMatchObject({
      outcome: 'cancelled',
      code: 'cancelled',
      message: 'ada cancelled the workflow: Enough.',
      docs: 'docs/errors/cancelled.md',
    });
  });

  test('an unknown workflow is refused as with follow', async () => {
    await using at = await opened();
    const run = at.client.run('wf_ffffffffffffffff');
    const refused = { name: 'RuntapeClientError', kind: 'refused', code: 'unknown_workflow' };
    await expect(run.result()).rejects.toMatchObject(refused);
    await expect(all(run.events())).rejects.toMatchObject(refused);
    await expect(all(run.states())).rejects.toMatchObject(refused);
    await expect(all(run.text())).rejects.toMatchObject(refused);
    await expect(run.cancel()).rejects.toMatchObject(refused);
  });

  test('a name types the run, and changes nothing else', async () => {
    await using at = await opened();
    expect(at.client.run('commentOnIssue', at.testLog.workflowId).workflowId).toBe(
      at.testLog.workflowId,
    );
  });

  test('pause, resume and cancel reach the workflow', async () => {
    await using at = await opened();
    expect(await at.run.resume()).toEqual({ outcome: 'not_paused' });
    expect(await at.run.pause()).toEqual({ outcome: 'requested' });
    expect(await at.run.cancel({ reason: 'Enough.' })).toEqual({ outcome: 'requested' });
  });
});

describe('D6: start', () => {
  async function serving() {
    await using starting = new AsyncDisposableStack();
    const log = createMemoryEventLog({});
    const queue = createInProcessQueue();
    const worker = createWorker({ log, queue, definitions: [greet] });
    await worker.start();
    starting.defer(() => worker.stop());
    const server = starting.use(await startServer({ log, queue, workflows: [greet] }));
    const client = createRuntapeClient<GreetApp>({ url: server.url });
    starting.defer(() => client.close());
    const rest = starting.move();
    return { url: server.url, client, [Symbol.asyncDispose]: () => rest.disposeAsync() };
  }

  test('a workflow of one’s own runs, with its events, its text and its result', async () => {
    await using at = await serving();
    const run = await at.client.start('greet', { names: ['Ada', 'Bo'] });
    expect(run.created).toBe(true);
    expect(await run.result()).toEqual({ greeted: 2 });
    const names: string[] = [];
    for await (const event of run.events({ types: ['greeted'] })) {
      if (event.type === 'greeted') names.push(event.data.name);
    }
    expect(names).toEqual(['Ada', 'Bo']);
    expect((await all(run.text('greeting'))).at(-1)).toBe('Hello Ada. Hello Bo. ');
    const again = await all(at.client.run('greet', run.workflowId).states());
    expect(again.at(-1)?.result).toEqual({ greeted: 2 });
  });

  test('one key starts it once, in the thread that is named', async () => {
    await using at = await serving();
    const options = { threadId: 'thread-1', idempotencyKey: 'once' };
    const first = await at.client.start('greet', { names: [] }, options);
    const second = await at.client.start('greet', { names: [] }, options);
    expect(second).toMatchObject({ workflowId: first.workflowId, created: false });
    const { workflows } = await at.client.listWorkflows({ threadId: 'thread-1' });
    expect(workflows.map(({ workflowId }) => workflowId)).toEqual([first.workflowId]);
  });

  test('an unknown name and a wrong input are refused at once', async () => {
    await using at = await serving();
    const untyped = createRuntapeClient({ url: at.url });
    await expect(untyped.start('greets', {})).rejects.toMatchObject({
      name: 'RuntapeClientError',
      kind: 'refused',
      code: 'unknown_workflow_name',
    });
    await expect(untyped.start('greet', { names: 'Ada' })).rejects.toMatchObject({
      kind: 'refused',
      code: 'invalid_input',
      message: expect.stringContaining('names'),
    });
  });
});

describe('D6: states with the state of a workflow’s own', () => {
  const counting = defineContract({
    name: 'count',
    input: z.null(),
    events: { counted: z.number() },
    state: { sum: 0 },
    reduce: ({ sum }, { data }) => ({ sum: sum + data }),
  });
  type CountApp = App<TypesByName<[typeof counting]>>;
  const counted = (data: number) =>
    decodeEvent({ type: 'counted', data, timestamp: '2026-01-02T03:04:05.678Z' });
  const started = makeEvent('workflow:started', { workflow: 'count', title: 'Count', target: '' });

  async function counter(contracts: readonly [] | readonly [typeof counting]) {
    await using starting = new AsyncDisposableStack();
    const log = createMemoryEventLog({});
    const server = starting.use(await startServer({ log, workflows: [counting] }));
    const testLog = await TestLog.create(log, { workflow: 'count', input: null });
    const client = createRuntapeClient<CountApp>({ url: server.url, workflows: contracts });
    starting.defer(() => client.close());
    const rest = starting.move();
    await testLog.append(started, counted(1), counted(2));
    const states = client.run('count', testLog.workflowId).states()[Symbol.asyncIterator]();
    return { testLog, states, [Symbol.asyncDispose]: () => rest.disposeAsync() };
  }

  test('folds it with the contract, from the snapshot of the server on', async () => {
    await using at = await counter([counting]);
    expect((await at.states.next()).value?.state).toEqual({ sum: 3 });
    await at.testLog.append(counted(4));
    await at.testLog.complete();
    const rest = await all({ [Symbol.asyncIterator]: () => at.states });
    expect(rest.map(({ state }) => state?.sum)).toEqual([7, 7]);
  });

  test('without the contract has the state of the snapshot, until an own event follows', async () => {
    await using at = await counter([]);
    expect((await at.states.next()).value?.state).toEqual({ sum: 3 });
    await at.testLog.append(makeToken('no event of its own'));
    expect((await at.states.next()).value?.state).toEqual({ sum: 3 });
    await at.testLog.append(counted(4));
    await at.testLog.complete();
    const rest = await all({ [Symbol.asyncIterator]: () => at.states });
    expect(rest.map(({ state }) => state)).toEqual([undefined, undefined]);
  });
});

describe('D6: a run that is left', () => {
  test('a break, a signal and close() each end its streams on the server', async () => {
    await using at = await opened();
    await at.testLog.append(makeToken('one '), makeToken('two '));
    await beginning(at.run.states());
    await beginning(at.run.text());
    await beginning(at.run.events());
    const leaving = new AbortController();
    const left = at.run.result({ signal: leaving.signal });
    leaving.abort();
    await expect(left).rejects.toMatchObject({ name: 'AbortError' });
    const closed = at.run.result();
    await expect.poll(() => at.server.fanOut.readerCount(at.testLog.workflowId)).toBe(1);
    await at.client.close();
    await expect(closed).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => at.server.answering.size).toBe(0);
    await expect.poll(() => at.server.fanOut.readerCount(at.testLog.workflowId)).toBe(0);
  });

  test('a connection that breaks costs no state and no result', async () => {
    await using at = await opened();
    await at.testLog.append(makeToken('one '));
    const result = at.run.result();
    const texts = at.run.text()[Symbol.asyncIterator]();
    await texts.next();
    at.server.cut();
    await at.testLog.append(makeToken('two'));
    expect((await texts.next()).value).toBe('one two');
    at.server.cut();
    await at.testLog.complete();
    expect(await result).toBeNull();
    expect((await texts.next()).done).toBe(true);
  });
});

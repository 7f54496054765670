import { EventLogError } from '@runtape/event-log';
import { expect, test, vi } from 'vitest';
import { AttemptOvertaken, EngineError } from '../src/index.ts';
import { at, openWriter, status, token } from './writer-harness.ts';

/** A gate at which requests wait. */
function gate(): { pass: () => Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { pass: () => promise, open: resolve };
}

test('A1: an event goes to the log immediately, with its time, attempt and step', async () => {
  const { writer, flaky, entries } = await openWriter();
  const emitted = writer.emit(status('one'), { step: 'read' });
  expect(flaky.appends.length).toBe(1);
  await emitted;
  await writer.flush();
  expect((await entries()).map(({ event }) => event)).toEqual([
    {
      type: 'status',
      data: { stage: 'test', message: 'one' },
      timestamp: new Date(at).toISOString(),
      metadata: { attempt: 1, step: 'read' },
    },
  ]);
});

test('A1: appends overlap up to a limit, and waiting events are sent in one append', async () => {
  const { writer, flaky, entries } = await openWriter([], { maxInFlight: 3 });
  const { pass, open } = gate();
  flaky.travel = pass;
  for (let n = 1; n <= 10; n += 1) await writer.emit(status(`${n}`));
  expect(flaky.appends.map(({ after, events }) => [after, events.length])).toEqual([
    [0, 1],
    [1, 1],
    [2, 1],
  ]);
  open();
  await writer.flush();
  expect(flaky.appends.map(({ after, events }) => [after, events.length])).toEqual([
    [0, 1],
    [1, 1],
    [2, 1],
    [3, 7],
  ]);
  expect(flaky.mostOverlapping).toBe(3);
  expect((await entries()).map(({ event }) => event.data)).toEqual(
    Array.from({ length: 10 }, (_, n) => ({ stage: 'test', message: `${n + 1}` })),
  );
});

test('A9: only waiting tokens are joined, never across a part, a step or the end of a part', async () => {
  const { writer, flaky, entries } = await openWriter([], { maxInFlight: 1 });
  const { pass, open } = gate();
  flaky.travel = pass;
  await writer.emit(token('at once '));
  await writer.emit(token('a'));
  await writer.emit(token('b', 'draft', true));
  await writer.emit(token('c'));
  await writer.emit(token('d', 'title'));
  await writer.emit(token('e', 'title'));
  await writer.emit(token('f', 'title'), { step: 'other' });
  await writer.emit(status('between'), { step: 'other' });
  await writer.emit(token('g', 'title'), { step: 'other' });
  open();
  await writer.flush();
  const shown = (await entries()).map(({ event }) =>
    event.type === 'token'
      ? [event.metadata?.step, event.data.part, event.data.content, event.data.isComplete]
      : event.type,
  );
  expect(shown).toEqual([
    [undefined, 'draft', 'at once ', false],
    [undefined, 'draft', 'ab', true],
    [undefined, 'draft', 'c', false],
    [undefined, 'title', 'de', false],
    ['other', 'title', 'f', false],
    'status',
    ['other', 'title', 'g', false],
  ]);
});

test('A9: of consecutive tokens the first is sent immediately, and the others wait for it and become one event', async () => {
  const { writer, flaky, entries } = await openWriter();
  const { pass, open } = gate();
  flaky.travel = pass;
  for (const word of ['one ', 'two ', 'three ', 'four ']) await writer.emit(token(word));
  expect(flaky.appends.map(({ events }) => events.length)).toEqual([1]);
  open();
  await writer.flush();
  const contents = (await entries()).map(
    ({ event }) => event.type === 'token' && event.data.content,
  );
  expect(contents).toEqual(['one ', 'two three four ']);
});

test('A9: events that can no longer be joined are sent without waiting: the end of a part, another part, a status', async () => {
  const { writer, flaky } = await openWriter();
  const { pass, open } = gate();
  flaky.travel = pass;
  await writer.emit(token('at once'));
  await writer.emit(token('a'));
  await writer.emit(token('b', 'draft', true));
  await writer.emit(token('c'));
  await writer.emit(token('d', 'title'));
  await writer.emit(status('e'));
  expect(flaky.appends.map(({ after, events }) => [after, events.length])).toEqual([
    [0, 1],
    [1, 1],
    [2, 2],
    [4, 1],
  ]);
  open();
  await writer.flush();
});

test('A9: a joined token keeps the metadata of each token, and its size is limited', async () => {
  const { writer, flaky, entries } = await openWriter([], { maxInFlight: 1 });
  const { pass, open } = gate();
  flaky.travel = pass;
  await writer.emit(status('first'));
  const usage = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };
  const said = (content: string, metadata: object) =>
    ({ type: 'token', data: { part: 'p', content, isComplete: false, metadata } }) as const;
  await writer.emit(said('x', { usage }));
  await writer.emit(said('y', { finishReason: 'stop' }));
  for (let n = 0; n < 5; n += 1) await writer.emit(token('z'.repeat(6_000), 'long'));
  open();
  await writer.flush();
  const [, joined, ...long] = (await entries()).map(({ event }) => event);
  expect(joined?.data).toMatchObject({ content: 'xy', metadata: { usage, finishReason: 'stop' } });
  expect(long.map((event) => (event.type === 'token' ? event.data.content.length : 0))).toEqual([
    12_000, 12_000, 6_000,
  ]);
});

test('A1: the summary and the step result are stored with their event, in the same append', async () => {
  const { writer, flaky, log, attempt } = await openWriter([], { maxInFlight: 1 });
  const { pass, open } = gate();
  flaky.travel = pass;
  await writer.emit(status('first'));
  writer.note({ cost: 1 });
  writer.note({ cost: 2 });
  const completed = (step: string) =>
    ({ type: 'step:completed', data: { step, durationMs: 1 } }) as const;
  await writer.emit(completed('one'), { kept: { step: 'one', result: 1 } });
  await writer.emit(completed('two'), { kept: { step: 'two', result: 2 } });
  await writer.emit(status('last'), { summary: { stage: 'last' } });
  open();
  await writer.flush();
  expect(flaky.appends.map(({ events, step, summary }) => [events.length, step, summary])).toEqual([
    [1, undefined, {}],
    [1, { step: 'one', result: 1 }, { cost: 2 }],
    [1, { step: 'two', result: 2 }, {}],
    [1, undefined, { stage: 'last' }],
  ]);
  expect(await log.steps(attempt.workflowId)).toEqual(
    new Map([
      ['one', 1],
      ['two', 2],
    ]),
  );
});

test('A10: a store that stalls makes emit wait; nothing is dropped, and it continues by itself', async () => {
  const { writer, flaky, entries } = await openWriter();
  const { pass, open } = gate();
  flaky.travel = pass;
  const text = 'x'.repeat(50_000);
  let emitted = 0;
  const emitting = (async () => {
    for (; emitted < 40; emitted += 1) await writer.emit(status(text));
  })();
  await vi.waitFor(() => expect(emitted).toBeGreaterThan(8));
  // Eight are in flight, and a limited number waits.
  await new Promise(setImmediate);
  expect(emitted).toBeLessThan(20);
  open();
  await emitting;
  await writer.flush();
  expect((await entries()).length).toBe(40);
});

test('A10: an abort ends the wait for room, and the event is kept', async () => {
  const { writer, flaky, entries } = await openWriter([], { maxInFlight: 1 });
  const { pass, open } = gate();
  flaky.travel = pass;
  await writer.emit(status('first'));
  const stop = new AbortController();
  const text = 'x'.repeat(300_000);
  const waiting = writer.emit(status(text), { signal: stop.signal });
  stop.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
  await expect(writer.flush(stop.signal)).rejects.toThrow('stopped');
  open();
  await writer.flush();
  expect((await entries()).length).toBe(2);
});

test('B5: an event over the byte limit is refused by name, and nothing else is lost', async () => {
  const { writer, entries } = await openWriter([], { maxEventBytes: 1_000 });
  const error = await writer.emit(token('ä'.repeat(500))).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EngineError);
  expect(error).toMatchObject({ code: 'event_too_large' });
  expect(String(error)).toContain('"token"');
  await writer.emit(token('ä'.repeat(400)));
  await writer.flush();
  expect((await entries()).length).toBe(1);
});

test('B5: without a limit of its own an event may have at most a megabyte', async () => {
  const { writer, entries } = await openWriter();
  const megabyte = 1024 * 1024;
  await expect(writer.emit(token('x'.repeat(megabyte)))).rejects.toMatchObject({
    code: 'event_too_large',
  });
  await writer.emit(token('x'.repeat(megabyte - 1_000)));
  await writer.flush();
  expect((await entries()).length).toBe(1);
});

test('B5: an event with the wrong data is refused by name', async () => {
  const { writer } = await openWriter();
  const emitted = writer.emit({ type: 'status', data: { stage: 's', message: 'm', progress: 7 } });
  await expect(emitted).rejects.toMatchObject({ code: 'invalid_event' });
  await expect(emitted).rejects.toThrow('"status"');
});

test('F5: a writer that was taken over writes nothing more, and reports it to all waiting callers', async () => {
  const { writer, flaky, log, attempt, closedWith, entries } = await openWriter([], {
    maxInFlight: 1,
  });
  const { workflowId } = attempt;
  await writer.emit(status('before'));
  await writer.flush();
  await log.release(workflowId, { attempt: 1 });
  await log.begin(workflowId, { leaseMs: 60_000 });
  const { pass, open } = gate();
  flaky.travel = pass;
  await writer.emit(status('after'));
  const waiting = writer.emit(status('x'.repeat(300_000)));
  const flushing = writer.flush();
  open();
  await expect(waiting).rejects.toBeInstanceOf(AttemptOvertaken);
  await expect(flushing).rejects.toBeInstanceOf(AttemptOvertaken);
  await expect(writer.emit(status('much later'))).rejects.toBeInstanceOf(AttemptOvertaken);
  expect(closedWith.map(({ name }) => name)).toEqual(['AbortError']);
  expect((await entries()).length).toBe(1);
});

test('F5: nothing follows an end that another writer stored', async () => {
  const { writer, log, attempt, closedWith, entries } = await openWriter();
  const { workflowId } = attempt;
  await log.release(workflowId, { attempt: 1 });
  await log.begin(workflowId, { leaseMs: 60_000 });
  const timestamp = new Date(at).toISOString();
  const end = { type: 'workflow:cancelled', data: { durationMs: 1 }, timestamp } as const;
  await log.append(workflowId, { attempt: 2, after: 0, events: [end] });
  await writer.emit(status('too late'));
  await expect(writer.flush()).rejects.toBeInstanceOf(AttemptOvertaken);
  expect(closedWith.length).toBe(1);
  expect((await entries()).length).toBe(1);
});

test('F6: nothing follows its own end', async () => {
  const { writer, closedWith, entries } = await openWriter();
  await writer.emit({ type: 'workflow:cancelled', data: { durationMs: 1 } });
  await writer.emit(status('too late'));
  await expect(writer.flush()).rejects.toBeInstanceOf(AttemptOvertaken);
  expect(closedWith.length).toBe(1);
  expect((await entries()).length).toBe(1);
});

test('F1: an end whose response was lost does not count as a failure', async () => {
  const { writer, entries, closedWith } = await openWriter(['after']);
  await writer.emit({ type: 'workflow:cancelled', data: { durationMs: 1 } });
  await writer.flush();
  expect((await entries()).length).toBe(1);
  expect(closedWith).toEqual([]);
});

test.each(['corrupt', 'invalid_append', 'closed'] as const)(
  'F1: a log that fails with %s is not retried forever',
  async (code) => {
    const { attempt } = await openWriter();
    const failure = new EventLogError(code, 'It will not work.');
    const { writer, closedWith } = await openWriter([], {
      attempt,
      log: {
        append: () => Promise.reject(failure),
        get: async () => attempt.record,
        renew: async () => undefined,
      },
    });
    await writer.emit(status('one'));
    await expect(writer.flush()).rejects.toBe(failure);
    expect(closedWith).toEqual([failure]);
  },
);

test('F1: while the store is unavailable the writer retries with growing delays, until it is stopped', async () => {
  vi.useFakeTimers();
  try {
    const { attempt } = await openWriter();
    const asked: number[] = [];
    const away = (): Promise<never> =>
      Promise.reject(new EventLogError('unavailable', 'The store does not answer.'));
    const { writer } = await openWriter([], {
      attempt,
      log: {
        append: away,
        renew: away,
        get: () => {
          asked.push(Date.now());
          return away();
        },
      },
    });
    const startedAt = Date.now();
    await writer.emit(status('one'));
    const flushing = writer.flush().catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(3_000);
    // With a random value of 0.5, the wait is three quarters of its maximum.
    const distances = asked.map((time, n) => time - (asked[n - 1] ?? startedAt));
    expect(distances.slice(0, 7)).toEqual([0, 38, 75, 150, 300, 375, 375]);
    const reason = new Error('enough');
    writer.end(reason);
    expect(await flushing).toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

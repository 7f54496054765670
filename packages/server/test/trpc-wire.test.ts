import { makeEvent, makeToken, TestLog } from '@runtape/testing';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import {
  getErrorShape,
  sseStreamProducer,
  tracked,
} from '@trpc/server/unstable-core-do-not-import';
import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { ApiError, toTrpcError } from '../src/errors/api-error.ts';
import { jsonTransformer } from '../src/trpc/json-transformer.ts';
import { createRouter } from '../src/trpc/router.ts';
import { trackedFrame, trpcProtocol } from '../src/trpc/trpc-frames.ts';
import { eventually } from './eventually.ts';
import { startApi } from './start-api.ts';

type Started = ReturnType<typeof startApi>;

/** Long enough that no ping is sent, even on a busy machine. */
const NEVER_MS = 600_000;

/** The same log, served by tRPC itself and from shared bytes. */
async function both<Result>(
  run: (started: Started, testLog: TestLog) => Promise<Result>,
  prepare: (testLog: TestLog) => Promise<void> = async () => undefined,
): Promise<readonly [Result, Result]> {
  const results: Result[] = [];
  const log = createMemoryEventLog({});
  const testLog = await TestLog.create(log, { threadId: 'talk-1' });
  await prepare(testLog);
  for (const sharesTrpcStreams of [false, true]) {
    await using started = startApi({ log, sharesTrpcStreams, heartbeatMs: NEVER_MS });
    results.push(await run(started, testLog));
    expect(started.fanOut.tailCount).toBe(0);
  }
  const [ordinary, shared] = results;
  if (ordinary === undefined || shared === undefined) throw new Error('One did not run.');
  return [ordinary, shared];
}

function ask(
  name: string,
  input: unknown,
  { query = '', ...init }: RequestInit & { query?: string } = {},
) {
  const wire = input === undefined ? '' : `input=${encodeURIComponent(JSON.stringify(input))}`;
  return new Request(`http://127.0.0.1/trpc/${name}?${query}${wire}`, init);
}

/** Returns a whole response without `retry:`, which tRPC does not send and which is random. */
async function answerOf(
  started: Started,
  request: Request,
  onText: (text: string) => void = () => undefined,
) {
  const response = await started.api.fetch(request);
  let text = '';
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece;
    onText(text);
  }
  return {
    isOurs: text.startsWith('retry: '),
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text: text.replace(/^retry: \d+\n/, ''),
  };
}

async function expectSame(
  request: (testLog: TestLog) => Request,
  prepare?: (testLog: TestLog) => Promise<void>,
) {
  const [ordinary, shared] = await both(
    (started, testLog) => answerOf(started, request(testLog)),
    prepare,
  );
  expect([ordinary.isOurs, shared.isOurs]).toEqual([false, true]);
  expect(shared).toEqual({ ...ordinary, isOurs: true });
  return ordinary.text;
}

const whole = async (testLog: TestLog) => {
  await testLog.append(
    makeToken('a'),
    makeToken('b 😀 "quoted"\n'),
    makeToken('c', { part: 'other' }),
  );
  await testLog.append(
    makeEvent('tool:called', { callId: 'c1', name: 'x', arguments: { constructor: 'x' } }),
  );
  await testLog.status('line\u2028separator');
  await testLog.complete();
};

describe('B3 F6: a subscription from shared bytes equals the output of tRPC, byte for byte', () => {
  test('a whole workflow', async () => {
    const text = await expectSame(
      ({ workflowId }) => ask('onWorkflowEvents', { json: { workflowId } }),
      whole,
    );
    expect(text).toMatch(/^event: connected\n[^]*event: return\ndata: \n\n\n$/);
  });

  test('with undefined fields, as superjson encodes them', async () => {
    const meta = { values: { lastEventId: ['undefined'] } };
    const text = await expectSame(
      ({ workflowId }) =>
        ask('onWorkflowEvents', { json: { workflowId, lastEventId: null }, meta }),
      whole,
    );
    expect(text).toContain('event: return');
  });

  test.each([
    ['after a cursor', (testLog: TestLog) => ({ lastEventId: testLog.idOf(2) })],
    ['of some types', () => ({ types: ['status'] })],
    ['from a snapshot', () => ({ replay: 'snapshot' })],
    ['with a cursor that does not fit', (testLog: TestLog) => ({ lastEventId: testLog.idOf(99) })],
    ['with an unknown field', () => ({ newer: true })],
    ['with a malformed cursor', () => ({ lastEventId: 'seventeen' })],
    ['of an unknown workflow', () => ({ workflowId: 'wf_zzzzzzzzzzzzzzzz' })],
    ['of a malformed workflow id', () => ({ workflowId: 'x y' })],
  ])('%s', async (_name, more) => {
    const text = await expectSame(
      (testLog) =>
        ask('onWorkflowEvents', { json: { workflowId: testLog.workflowId, ...more(testLog) } }),
      whole,
    );
    expect(text).toContain('event: connected');
  });

  test('E13: the header of a reconnecting client comes first, then its URL, then the input', async () => {
    const json = (testLog: TestLog) => ({
      workflowId: testLog.workflowId,
      lastEventId: testLog.idOf(1),
    });
    const text = await expectSame(
      (testLog) =>
        ask(
          'onWorkflowEvents',
          { json: json(testLog) },
          {
            headers: { 'Last-Event-ID': testLog.idOf(5) },
            query: `lastEventId=${testLog.idOf(3)}&`,
          },
        ),
      whole,
    );
    expect(text.match(/^id: /gm)).toHaveLength(1);
    const byUrl = await expectSame(
      (testLog) =>
        ask(
          'onWorkflowEvents',
          { json: json(testLog) },
          { query: `Last-Event-Id=${testLog.idOf(4)}&` },
        ),
      whole,
    );
    expect(byUrl.match(/^id: /gm)).toHaveLength(2);
  });

  test('C4: a thread until the server is about to stop', async () => {
    const [ordinary, shared] = await both(async (started) => {
      const request = ask('onThreadEvents', { json: { threadId: 'talk-1' } });
      return await answerOf(started, request, (text) => {
        if (text.includes('workflow:completed')) started.api.drain();
      });
    }, whole);
    expect(shared).toEqual({ ...ordinary, isOurs: true });
    expect(ordinary.text).toMatch(/workflow:completed[^]*serialized-error[^]*SERVICE_UNAVAILABLE/);
  });

  test('live events, pings, and an end because the server is about to stop', async () => {
    const log = createMemoryEventLog({});
    const testLog = await TestLog.create(log);
    await using ordinary = startApi({ log, sharesTrpcStreams: false, heartbeatMs: 40 });
    await using shared = startApi({ log, heartbeatMs: 40 });
    // Concurrently, so that both get the same events.
    const answers = [ordinary, shared].map((started) => {
      const { workflowId } = testLog;
      let text = '';
      const request = ask('onWorkflowEvents', { json: { workflowId } });
      const answer = answerOf(started, request, (received) => (text = received));
      return { started, answer, received: () => text };
    });
    for (const { started } of answers) {
      await eventually(() => expect(started.fanOut.readerCount(testLog.workflowId)).toBe(1));
    }
    // Not tokens, which are merged for a reader that still reads history.
    await testLog.status('live');
    await testLog.append(
      ...['and', 'too'].map((m) => makeEvent('status', { stage: 'x', message: m })),
    );
    const ping = 'event: ping\ndata: \n\n\n';
    for (const { started, received } of answers) {
      await eventually(() => expect(received()).toContain('"too"'));
      await eventually(() => expect(received()).toContain(ping));
      started.api.drain();
    }
    const [one, other] = await Promise.all(
      answers.map(async ({ answer }) => (await answer).text.replaceAll(ping, '')),
    );
    expect(other).toBe(one);
    expect(one?.match(/^id: /gm)).toHaveLength(3);
    expect(one).toMatch(/"too"[^]*event: serialized-error\ndata: .*SERVICE_UNAVAILABLE/);
  });

  test('an internal error, without details for clients', async () => {
    const failure = new Error('the disk of the server is full');
    const [ordinary, shared] = await both(async (started, testLog) => {
      const { workflowId } = testLog;
      vi.spyOn(started.log, 'get').mockRejectedValueOnce(failure);
      return await answerOf(started, ask('onWorkflowEvents', { json: { workflowId } }));
    }, whole);
    expect(shared).toEqual({ ...ordinary, isOurs: true });
    expect(ordinary.text).toMatch(/event: serialized-error\ndata: .*INTERNAL_SERVER_ERROR/);
    expect(ordinary.text).not.toContain('disk');
  });

  test('E17: a user at the stream limit is told so', async () => {
    const log = createMemoryEventLog({});
    const testLog = await TestLog.create(log);
    const texts: string[] = [];
    for (const sharesTrpcStreams of [false, true]) {
      await using started = startApi({ log, sharesTrpcStreams, maxStreamsPerUser: 1 });
      const { signal } = new AbortController();
      const input = { json: { workflowId: testLog.workflowId } };
      const first = await started.api.fetch(ask('onWorkflowEvents', input, { signal }));
      const reader = first.body?.getReader();
      await reader?.read();
      await eventually(() => expect(started.api.context.metrics.streams.report().open).toBe(1));
      texts.push((await answerOf(started, ask('onWorkflowEvents', input))).text);
      await reader?.cancel();
    }
    expect(texts[0]).toContain('too_many_streams');
    expect(texts[1]).toBe(texts[0]);
  });
});

describe('left to tRPC', () => {
  test.each([
    [
      'an input that is no JSON',
      () => new Request('http://127.0.0.1/trpc/onWorkflowEvents?input={'),
    ],
    ['an input of the wrong type', () => ask('onWorkflowEvents', { json: { workflowId: 7 } })],
    ['no input', () => ask('onWorkflowEvents', undefined)],
    ['a batch', () => ask('onWorkflowEvents', { 0: { json: {} } }, { query: 'batch=1&' })],
    [
      'parameters that are no JSON',
      () => ask('onWorkflowEvents', { json: {} }, { query: 'connectionParams=x&' }),
    ],
    [
      'a POST',
      () =>
        ask('onWorkflowEvents', undefined, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
        }),
    ],
    ['a HEAD', () => ask('onWorkflowEvents', undefined, { method: 'HEAD' })],
    ['another procedure', () => ask('onSomethingElse', { json: {} })],
  ])('is %s', async (_name, request) => {
    const [ordinary, shared] = await both((started) => answerOf(started, request()));
    expect(shared).toEqual(ordinary);
    expect(shared.isOurs).toBe(false);
  });
});

describe('each kind of frame, as the installed @trpc/server writes it', () => {
  const path = 'onWorkflowEvents';
  const router = createRouter({ heartbeatMs: 15_000 }, []);
  const protocol = trpcProtocol(router, path);
  // oxlint-disable-next-line no-underscore-dangle -- tRPC's name for the part that adapters may read.
  const config = router._def._config;
  const shape = (error: ApiError) =>
    getErrorShape({
      config,
      error: toTrpcError(error),
      type: 'subscription',
      path,
      input: undefined,
      ctx: undefined,
    });
  const textOf = (...bytes: readonly (Uint8Array | null)[]) =>
    bytes.map((each) => new TextDecoder().decode(each ?? Uint8Array.of())).join('');
  const withoutRetry = (text: string) => text.replace(/^retry: \d+\n/, '');

  interface Written {
    readonly data: () => AsyncGenerator<unknown, void>;
    readonly pingMs?: number;
    readonly error?: ApiError;
    /** Called with all text received so far. */
    readonly onText?: (text: string) => void;
  }

  async function written({ data, pingMs, error, onText }: Written): Promise<string> {
    const stream = sseStreamProducer({
      data: data(),
      serialize: (value: unknown): unknown => jsonTransformer.output.serialize(value),
      client: config.sse?.client ?? {},
      formatError: () => (error === undefined ? null : shape(error)),
      ...(pingMs !== undefined && { ping: { enabled: true, intervalMs: pingMs } }),
    });
    let text = '';
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      text += decoder.decode(bytes, { stream: true });
      onText?.(text);
    }
    return text;
  }

  test('connected, messages with any data, and return', async () => {
    const ids = fc.stringMatching(/^[0-9a-z]{8}-[1-9][0-9]{0,6}$/);
    const messages = fc.array(fc.record({ id: ids, data: fc.jsonValue() }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(messages, async (values) => {
        const theirs = await written({
          data: async function* () {
            for (const { id, data } of values) yield tracked(id, data);
          },
        });
        const ours = values.map(({ id, data }) => trackedFrame(id, data)).join('');
        const [first, last] = [protocol.greeting(1000), protocol.completed];
        expect(withoutRetry(textOf(first)) + ours + textOf(last)).toBe(theirs);
      }),
    );
  });

  test('ping', async () => {
    const more = Promise.withResolvers<void>();
    const connected = withoutRetry(textOf(protocol.greeting(1000)));
    const theirs = await written({
      data: async function* () {
        await more.promise;
        yield tracked('abcdefgh-1', {});
      },
      pingMs: 1,
      onText: (text) => {
        if (text.length > connected.length && text.endsWith('\n\n')) more.resolve();
      },
    });
    const [, rest = ''] = theirs.split(connected);
    expect(rest.startsWith(textOf(protocol.heartbeat))).toBe(true);
    const others = rest.replaceAll(textOf(protocol.heartbeat), '');
    expect(others).toBe(trackedFrame('abcdefgh-1', {}) + textOf(protocol.completed));
  });

  test.each(['draining', 'unknown_workflow', 'unauthorized', 'internal'] as const)(
    'an error: %s',
    async (code) => {
      const error = new ApiError(code, 'What went wrong, with “quotes”\nand a line break.');
      const theirs = await written({
        data: async function* () {
          yield tracked('abcdefgh-1', {});
          throw toTrpcError(error);
        },
        error,
      });
      const ours = trackedFrame('abcdefgh-1', {}) + textOf(protocol.failed(error));
      expect(withoutRetry(textOf(protocol.greeting(1000))) + ours).toBe(theirs);
      expect(textOf(protocol.stopped(error))).toBe(textOf(protocol.failed(error)));
    },
  );
});

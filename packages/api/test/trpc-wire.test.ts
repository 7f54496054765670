import { makeEvent, makeToken, Tape } from '@runtape/testing';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { describe, expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { startApi } from './start-api.ts';

type Started = ReturnType<typeof startApi>;

/** The same log, served by tRPC itself and from shared bytes. */
async function both<Result>(
  run: (started: Started, tape: Tape) => Promise<Result>,
  prepare: (tape: Tape) => Promise<void> = async () => undefined,
): Promise<readonly [Result, Result]> {
  const results: Result[] = [];
  const log = createMemoryEventLog({});
  const tape = await Tape.create(log, { threadId: 'talk-1' });
  await prepare(tape);
  for (const sharesTrpcStreams of [false, true]) {
    await using started = startApi({ log, sharesTrpcStreams, heartbeatMs: 40 });
    results.push(await run(started, tape));
    expect(started.fanOut.tails).toBe(0);
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

/** A whole answer. The `retry:` is ours alone, and drawn for each client. */
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
  request: (tape: Tape) => Request,
  prepare?: (tape: Tape) => Promise<void>,
) {
  const [ordinary, shared] = await both(
    (started, tape) => answerOf(started, request(tape)),
    prepare,
  );
  expect([ordinary.isOurs, shared.isOurs]).toEqual([false, true]);
  expect(shared).toEqual({ ...ordinary, isOurs: true });
  return ordinary.text;
}

const whole = async (tape: Tape) => {
  await tape.append(
    makeToken('a'),
    makeToken('b 😀 "quoted"\n'),
    makeToken('c', { part: 'other' }),
  );
  await tape.append(
    makeEvent('tool:called', { callId: 'c1', name: 'x', arguments: { constructor: 'x' } }),
  );
  await tape.status('line\u2028separator');
  await tape.complete();
};

describe('B3 F6: a subscription from shared bytes is what tRPC writes, byte for byte', () => {
  test('a whole workflow', async () => {
    const text = await expectSame(
      ({ workflowId }) => ask('onWorkflowEvents', { json: { workflowId } }),
      whole,
    );
    expect(text).toMatch(/^event: connected\n[^]*event: return\ndata: \n\n\n$/);
  });

  test('with undefined fields, as superjson says them', async () => {
    const meta = { values: { lastEventId: ['undefined'] } };
    const text = await expectSame(
      ({ workflowId }) =>
        ask('onWorkflowEvents', { json: { workflowId, lastEventId: null }, meta }),
      whole,
    );
    expect(text).toContain('event: return');
  });

  test.each([
    ['after a cursor', (tape: Tape) => ({ lastEventId: tape.idOf(2) })],
    ['of some types', () => ({ types: ['status'] })],
    ['from a snapshot', () => ({ replay: 'snapshot' })],
    ['with a cursor that does not fit', (tape: Tape) => ({ lastEventId: tape.idOf(99) })],
    ['with an unknown field', () => ({ newer: true })],
    ['with a malformed cursor', () => ({ lastEventId: 'seventeen' })],
    ['of an unknown workflow', () => ({ workflowId: 'wf_zzzzzzzzzzzzzzzz' })],
    ['of what is no workflow id', () => ({ workflowId: 'x y' })],
  ])('%s', async (_name, more) => {
    const text = await expectSame(
      (tape) => ask('onWorkflowEvents', { json: { workflowId: tape.workflowId, ...more(tape) } }),
      whole,
    );
    expect(text).toContain('event: connected');
  });

  test('E13: the header of a client that reconnects wins, then its URL, then the input', async () => {
    const json = (tape: Tape) => ({ workflowId: tape.workflowId, lastEventId: tape.idOf(1) });
    const text = await expectSame(
      (tape) =>
        ask(
          'onWorkflowEvents',
          { json: json(tape) },
          {
            headers: { 'Last-Event-ID': tape.idOf(5) },
            query: `lastEventId=${tape.idOf(3)}&`,
          },
        ),
      whole,
    );
    expect(text.match(/^id: /gm)).toHaveLength(1);
    const byUrl = await expectSame(
      (tape) =>
        ask('onWorkflowEvents', { json: json(tape) }, { query: `Last-Event-Id=${tape.idOf(4)}&` }),
      whole,
    );
    expect(byUrl.match(/^id: /gm)).toHaveLength(2);
  });

  test('C4: a thread up to where the server is about to stop', async () => {
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
    const [ordinary, shared] = await both(async (started, tape) => {
      let soFar = '';
      const answer = answerOf(
        started,
        ask('onWorkflowEvents', {
          json: { workflowId: tape.workflowId, lastEventId: tape.idOf(tape.tail) },
        }),
        (text) => {
          soFar = text;
        },
      );
      await eventually(() => expect(started.fanOut.readers(tape.workflowId)).toBe(1));
      await tape.append(makeToken('live'));
      await eventually(() => expect(soFar).toMatch(/"content":"live"[^]*event: ping/));
      started.api.drain();
      return await answer;
    });
    const withoutIds = (text: string) => text.replaceAll(/^id: .*$/gm, 'id:');
    const ping = 'event: ping\ndata: \n\n\n';
    const times = (text: string) => text.split(ping).length - 1;
    expect([times(ordinary.text) > 0, times(shared.text) > 0]).toEqual([true, true]);
    const once = ({ text }: { text: string }) =>
      withoutIds(text)
        .replaceAll(ping, '')
        .replaceAll(/"timestamp":"[^"]*"/g, '');
    expect(once(shared)).toBe(once(ordinary));
    expect(shared.text).toMatch(/"content":"live"[^]*serialized-error/);
  });

  test('E17: one who may have no more streams is told so', async () => {
    const log = createMemoryEventLog({});
    const tape = await Tape.create(log);
    const texts: string[] = [];
    for (const sharesTrpcStreams of [false, true]) {
      await using started = startApi({ log, sharesTrpcStreams, maxStreamsPerUser: 1 });
      const { signal } = new AbortController();
      const input = { json: { workflowId: tape.workflowId } };
      const first = await started.api.fetch(ask('onWorkflowEvents', input, { signal }));
      const reader = first.body?.getReader();
      await reader?.read();
      await eventually(() => expect(started.api.context.statistics.report().open).toBe(1));
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
    ['an input that does not fit', () => ask('onWorkflowEvents', { json: { workflowId: 7 } })],
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

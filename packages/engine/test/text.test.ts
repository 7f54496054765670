import { RESTARTED } from '@runtape/events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { defineWorkflow, FatalError, RetryableError, WorkflowCancelled } from '../src/index.ts';
import { openHarness } from './harness.ts';
import { openTexts, streamOf } from './text-harness.ts';

test('G2: a stream of strings is emitted as tokens, and returned whole', async () => {
  const { parts, tokens, counted } = openTexts();
  expect(await parts.write('summary', streamOf('One ', '', 'two.'))).toBe('One two.');
  expect(tokens).toEqual([
    { part: 'summary', content: 'One ', isComplete: false },
    { part: 'summary', content: 'two.', isComplete: false },
    { part: 'summary', content: '', isComplete: true },
  ]);
  expect(counted).toEqual([]);
});

test('G2: a promise of a stream, and a readable stream, are read, too', async () => {
  const { parts } = openTexts();
  const readable = new Response('One two.').body?.pipeThrough(new TextDecoderStream());
  expect(await parts.write('a', Promise.resolve(streamOf('One.')))).toBe('One.');
  expect(await parts.write('b', readable ?? streamOf())).toBe('One two.');
});

test('C2: no event has half a character, however the stream is cut', async () => {
  const { parts, tokens } = openTexts();
  await parts.write('a', streamOf('x\uD83C', '\uDF89y'));
  expect(tokens.map(({ content }) => content)).toEqual(['x', '🎉y', '']);
  tokens.length = 0;
  const long = `x${'🎉'.repeat(20_000)}`;
  expect(await parts.write('a', streamOf(long))).toBe(long);
  const isWhole = ({ content }: { content: string }): boolean =>
    content.isWellFormed() && content.length <= 16_384;
  expect(tokens.every(isWhole)).toBe(true);
});

test('G2: one text is written at a time under one name', async () => {
  const { parts } = openTexts();
  const gate = Promise.withResolvers<string>();
  async function* waiting(): AsyncGenerator<string, void> {
    yield await gate.promise;
  }
  const first = parts.write('a', waiting());
  await expect(parts.write('a', streamOf('x'))).rejects.toMatchObject({ code: 'part_in_use' });
  expect(await parts.write('b', streamOf('y'))).toBe('y');
  gate.resolve('x');
  expect(await first).toBe('x');
  expect(await parts.write('a', streamOf('z'))).toBe('z');
});

async function* failing(error: unknown): AsyncGenerator<string, void> {
  yield 'One ';
  throw error;
}

test('G2: a text that is written again after its stream failed begins anew', async () => {
  const { parts, tokens } = openTexts();
  await expect(parts.write('a', failing(new Error('reset')))).rejects.toBeInstanceOf(
    RetryableError,
  );
  expect(await parts.write('a', streamOf('One two.'))).toBe('One two.');
  expect(tokens).toEqual([
    { part: 'a', content: 'One ', isComplete: false },
    { part: 'a', content: '', isComplete: true, metadata: { finishReason: RESTARTED } },
    { part: 'a', content: 'One two.', isComplete: false },
    { part: 'a', content: '', isComplete: true },
  ]);
});

test.each([
  ['any error', new Error('secret'), 'stream_failed', RetryableError, /"a" failed\.$/],
  [
    '429',
    Object.assign(new Error('secret'), { status: 429, code: 'rate_limit_exceeded' }),
    'stream_failed',
    RetryableError,
    /HTTP 429, rate_limit_exceeded/,
  ],
  [
    '503',
    Object.assign(new Error('secret'), { statusCode: 503 }),
    'stream_failed',
    RetryableError,
    /HTTP 503/,
  ],
  [
    '401',
    Object.assign(new Error('secret'), { status: 401, code: 'secret key!' }),
    'stream_rejected',
    FatalError,
    /\(HTTP 401\)/,
  ],
  [
    'a wrapped 404',
    Object.assign(new Error('secret'), { lastError: { statusCode: 404 } }),
    'stream_rejected',
    FatalError,
    /HTTP 404/,
  ],
  [
    'a cut connection',
    Object.assign(new Error('secret'), { code: 'ECONNRESET' }),
    'stream_failed',
    RetryableError,
    /failed\.$/,
  ],
])(
  'B5: %s of a stream becomes a failure without its message',
  async (_, error, code, kind, message) => {
    const { parts } = openTexts();
    const caught: unknown = await parts.write('a', failing(error)).catch((it: unknown) => it);
    expect(caught).toBeInstanceOf(kind);
    expect(caught).toMatchObject({ code, message: expect.stringMatching(message), cause: error });
    expect(caught).toMatchObject({ message: expect.not.stringContaining('secret') });
  },
);

test('B5: a failure that the stream itself chose stays', async () => {
  const { parts } = openTexts();
  const failure = new FatalError('too_dear', 'Too dear.');
  await expect(parts.write('a', failing(failure))).rejects.toBe(failure);
});

test.each([
  ['a string', 'text'],
  ['a list', ['a']],
  ['nothing', undefined],
  ['a stream of numbers', streamOf(1)],
  ['a stream of unknown objects', streamOf({ text: 'x' })],
])('B5: %s is no stream of text', async (_, given) => {
  const { parts } = openTexts();
  // @ts-expect-error -- as from a program without types
  await expect(parts.write('a', given)).rejects.toMatchObject({ code: 'invalid_stream' });
});

test('A13: a text without end is stopped', async () => {
  const { parts } = openTexts();
  let isClosed = false;
  async function* endless(): AsyncGenerator<string, void> {
    try {
      for (;;) yield 'x'.repeat(100_000);
    } finally {
      isClosed = true;
    }
  }
  await expect(parts.write('a', endless())).rejects.toMatchObject({ code: 'text_too_long' });
  await vi.waitFor(() => expect(isClosed).toBe(true));
});

describe('F4: when the attempt ends', () => {
  test('a stream that hangs is left behind at once, and closed when it can be', async () => {
    const { parts, run, tokens } = openTexts();
    let isClosed = false;
    const reason = new WorkflowCancelled();
    const hanging: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () =>
          tokens.length === 0
            ? Promise.resolve({ done: false, value: 'One' })
            : new Promise(() => undefined),
        return: async () => {
          isClosed = true;
          return { done: true, value: undefined };
        },
      }),
    };
    const writing = parts.write('a', hanging);
    await vi.waitFor(() => expect(tokens).toHaveLength(1));
    run.abort(reason);
    await expect(writing).rejects.toBe(reason);
    expect(isClosed).toBe(true);
  });

  test('an error of the stream that comes from the abort is the abort', async () => {
    const { parts, run } = openTexts();
    const reason = new WorkflowCancelled();
    async function* aborting(): AsyncGenerator<string, void> {
      yield 'One';
      run.abort(reason);
      throw new Error('The request was aborted.');
    }
    await expect(parts.write('a', aborting())).rejects.toBe(reason);
  });
});

describe('in a workflow', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse('2026-03-04T05:06:07.000Z') });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('F5: a text in a step is written once, and its result is kept', async () => {
    await using harness = openHarness();
    let calls = 0;
    const definition = defineWorkflow({
      name: 'test',
      input: z.null(),
      run: async (ctx) => {
        const summary = await ctx.step('write', () => {
          calls += 1;
          return ctx.text('summary', calls === 1 ? failing(new Error('reset')) : streamOf('Two.'));
        });
        if (ctx.attempt === 2) throw new RetryableError('busy', 'Busy.');
        return { summary };
      },
    });
    await harness.work([definition]);
    const events = await harness.ended(await harness.start());
    expect(calls).toBe(2);
    expect(events.at(-1)).toMatchObject({
      type: 'workflow:completed',
      data: { result: { summary: 'Two.' } },
    });
    expect(events.filter(({ type }) => type === 'token')).toMatchObject([
      { data: { content: 'One ', isComplete: false }, metadata: { attempt: 1, step: 'write' } },
      { data: { content: 'Two.', isComplete: false }, metadata: { attempt: 2, step: 'write' } },
      { data: { content: '', isComplete: true }, metadata: { attempt: 2, step: 'write' } },
    ]);
    expect(events.find(({ type }) => type === 'workflow:retrying')).toMatchObject({
      data: { reason: { code: 'stream_failed' } },
    });
  });

  test('E2: the tokens of a model count, and a budget stops its stream', async () => {
    await using harness = openHarness();
    async function* endless(): AsyncGenerator<{ choices: object[] }, void> {
      for (;;) {
        yield { choices: [{ delta: { content: 'word '.repeat(100) } }] };
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    const definition = defineWorkflow({
      name: 'test',
      input: z.null(),
      budget: () => ({ tokens: 1000 }),
      run: async (ctx) => {
        await ctx.text('summary', endless());
      },
    });
    await harness.work([definition]);
    const events = await harness.ended(await harness.start());
    expect(events.at(-1)).toMatchObject({ type: 'workflow:cancelled', data: { by: 'budget' } });
  });
});

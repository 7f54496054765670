import { createServer, type ServerResponse } from 'node:http';
import { simulateReadableStream, streamText } from 'ai';
import { MockLanguageModelV4 } from 'ai/test';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { openTexts } from './text-harness.ts';

const usage = {
  inputTokens: { total: 7, noCache: 7, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 3, text: 3, reasoning: undefined },
};

/** A model of the AI SDK that writes a text, and then ends with a reason, or with an error. */
function modelOf(end: 'stop' | 'length' | 'content-filter' | 'other' | Error): MockLanguageModelV4 {
  const last =
    end instanceof Error
      ? { type: 'error' as const, error: end }
      : { type: 'finish' as const, finishReason: { unified: end, raw: end }, usage };
  return new MockLanguageModelV4({
    doStream: async () => ({
      stream: simulateReadableStream({
        chunks: [
          { type: 'stream-start' as const, warnings: [] },
          { type: 'reasoning-start' as const, id: '0' },
          { type: 'reasoning-delta' as const, id: '0', delta: 'Hm.' },
          { type: 'reasoning-end' as const, id: '0' },
          { type: 'text-start' as const, id: '1' },
          { type: 'text-delta' as const, id: '1', delta: 'One ' },
          { type: 'text-delta' as const, id: '1', delta: 'two.' },
          { type: 'text-end' as const, id: '1' },
          last,
        ],
      }),
    }),
  });
}

const ask = (model: MockLanguageModelV4) =>
  streamText({ model, prompt: 'Count.', maxRetries: 0, onError: () => undefined });

describe('the AI SDK', () => {
  test('G2: the result of streamText is read to its end, with the tokens used', async () => {
    const { parts, tokens, counted } = openTexts();
    expect(await parts.write('a', ask(modelOf('stop')), { cost: () => 0.5 })).toBe('One two.');
    const used = { inputTokens: 7, outputTokens: 3, totalTokens: 10 };
    expect(counted).toEqual([{ usage: used, cost: 0.5 }]);
    expect(tokens.map(({ content }) => content)).toEqual(['One ', 'two.', '']);
    expect(tokens.at(-1)?.metadata).toEqual({ finishReason: 'stop', usage: used });
  });

  test('G2: so are its fullStream and its textStream', async () => {
    const { parts, counted } = openTexts();
    expect(await parts.write('a', ask(modelOf('stop')).fullStream)).toBe('One two.');
    expect(counted).toHaveLength(1);
    expect(await parts.write('a', ask(modelOf('stop')).textStream)).toBe('One two.');
    expect(counted).toHaveLength(1);
  });

  test.each([
    ['length', 'text_cut_off'],
    ['content-filter', 'text_refused'],
    ['other', 'stream_failed'],
    [new Error('secret'), 'stream_failed'],
    [Object.assign(new Error('secret'), { statusCode: 400 }), 'stream_rejected'],
  ] as const)('K3: a text that ends with %s is not whole: %s', async (end, code) => {
    const { parts } = openTexts();
    const writing = parts.write('a', ask(modelOf(end)));
    await expect(writing).rejects.toMatchObject({
      code,
      message: expect.not.stringContaining('secret'),
    });
  });

  test('F4: an abort ends the call to the model', async () => {
    const { parts, run, tokens } = openTexts();
    const model = new MockLanguageModelV4({
      doStream: async ({ abortSignal }) => ({
        stream: new ReadableStream({
          start: (controller) => {
            controller.enqueue({ type: 'text-start', id: '1' });
            controller.enqueue({ type: 'text-delta', id: '1', delta: 'One ' });
            abortSignal?.addEventListener('abort', () => controller.error(abortSignal.reason));
          },
        }),
      }),
    });
    const { signal } = run;
    const writing = parts.write('a', streamText({ model, prompt: 'x', abortSignal: signal }));
    while (tokens.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const reason = new Error('cancelled');
    run.abort(reason);
    await expect(writing).rejects.toBe(reason);
  });
});

/** A server that speaks like OpenAI, and answers each request in the same way. */
async function serve(answer: (response: ServerResponse) => void) {
  const server = createServer((request, response) => {
    request.resume();
    answer(response);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It has no port.');
  const client = new OpenAI({
    apiKey: 'key',
    baseURL: `http://127.0.0.1:${address.port}/v1`,
    maxRetries: 0,
  });
  return {
    client,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}

const sending =
  (...data: readonly unknown[]) =>
  (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const one of data) response.write(`data: ${JSON.stringify(one)}\n\n`);
    response.end('data: [DONE]\n\n');
  };

const chat = (delta: object, finish_reason: string | null = null, more: object = {}): object => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason }],
  ...more,
});
const chatUsage = { usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } };

const askChat = (client: OpenAI) =>
  client.chat.completions.create({
    model: 'm',
    messages: [{ role: 'user', content: 'Count.' }],
    stream: true,
    stream_options: { include_usage: true },
  });
const askResponse = (client: OpenAI) =>
  client.responses.create({ model: 'm', input: 'Count.', stream: true });

describe('the SDK of OpenAI', () => {
  test('G2: chat completions are read to their end, with the tokens used', async () => {
    await using server = await serve(
      sending(
        chat({ role: 'assistant', content: '' }),
        chat({ content: 'One ' }),
        chat({ content: 'two.' }),
        chat({}, 'stop'),
        { ...chat({}), ...chatUsage, choices: [] },
      ),
    );
    const { parts, counted, tokens } = openTexts();
    expect(await parts.write('a', askChat(server.client))).toBe('One two.');
    const used = { inputTokens: 7, outputTokens: 3, totalTokens: 10 };
    expect(counted).toEqual([{ usage: used, cost: null }]);
    expect(tokens.at(-1)?.metadata).toEqual({ finishReason: 'stop', usage: used });
  });

  test('G2: Responses are read to their end, with the tokens used', async () => {
    const response = { usage: { input_tokens: 7, output_tokens: 3, total_tokens: 10 } };
    await using server = await serve(
      sending(
        { type: 'response.created', response: {} },
        { type: 'response.output_text.delta', delta: 'One ' },
        { type: 'response.output_text.delta', delta: 'two.' },
        { type: 'response.completed', response },
      ),
    );
    const { parts, counted } = openTexts();
    expect(await parts.write('a', await askResponse(server.client))).toBe('One two.');
    expect(counted).toMatchObject([{ usage: { totalTokens: 10 } }]);
  });

  test.each([
    [
      'chat that ends without a reason',
      askChat,
      sending(chat({ content: 'One' })),
      'stream_failed',
    ],
    [
      'chat that reaches its limit',
      askChat,
      sending(chat({ content: 'One' }, 'length')),
      'text_cut_off',
    ],
    ['chat that is filtered', askChat, sending(chat({}, 'content_filter')), 'text_refused'],
    [
      'chat that refuses',
      askChat,
      sending(chat({ refusal: 'No.' }), chat({}, 'stop')),
      'text_refused',
    ],
    [
      'chat that reports an error',
      askChat,
      sending({ error: { message: 'secret' } }),
      'stream_failed',
    ],
    [
      'a response that reaches its limit',
      askResponse,
      sending({
        type: 'response.incomplete',
        response: { incomplete_details: { reason: 'max_output_tokens' } },
      }),
      'text_cut_off',
    ],
    [
      'a response that fails',
      askResponse,
      sending({
        type: 'response.failed',
        response: { error: { code: 'server_error', message: 'secret' } },
      }),
      'stream_failed',
    ],
    [
      'a response that refuses',
      askResponse,
      sending(
        { type: 'response.refusal.delta', delta: 'No.' },
        { type: 'response.completed', response: {} },
      ),
      'text_refused',
    ],
  ])('K3: %s is not whole', async (_, askModel, answer, code) => {
    await using server = await serve(answer);
    const { parts } = openTexts();
    await expect(parts.write('a', askModel(server.client))).rejects.toMatchObject({
      code,
      message: expect.not.stringContaining('secret'),
    });
  });

  test.each([
    [401, 'stream_rejected'],
    [429, 'stream_failed'],
    [500, 'stream_failed'],
  ])('B5: a request that is answered with %i fails as %s', async (status, code) => {
    await using server = await serve((response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: 'secret', code: 'a_code' } }));
    });
    const { parts } = openTexts();
    await expect(parts.write('a', askChat(server.client))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(`HTTP ${status}, a_code`),
    });
  });

  test('F1: a connection that is cut fails as stream_failed, with what came before it emitted', async () => {
    await using server = await serve((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify(chat({ content: 'One ' }))}\n\n`, () =>
        response.destroy(),
      );
    });
    const { parts, tokens } = openTexts();
    const writing = parts.write('a', askChat(server.client));
    await expect(writing).rejects.toMatchObject({ code: 'stream_failed' });
    expect(tokens.map(({ content }) => content)).toEqual(['One ']);
  });
});

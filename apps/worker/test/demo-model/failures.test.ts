import { request as httpRequest } from 'node:http';
import OpenAI, {
  APIConnectionError,
  APIError,
  AuthenticationError,
  InternalServerError,
  RateLimitError,
} from 'openai';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { otherScripts } from '../../src/demo-model/writing/comment.ts';
import { demoModelName, startDemoModel } from '../../src/demo-model/demo-model.ts';
import type { DemoModel, FailureScript } from '../../src/demo-model/demo-model.ts';
import { clientOf, issue, streamOnce, userMessages } from './conversation.ts';

let demo: DemoModel | undefined;
afterEach(() => demo?.close());

async function failing(...failures: FailureScript): Promise<{ demo: DemoModel; client: OpenAI }> {
  demo = await startDemoModel({ tokensPerSecond: Infinity, failures });
  return { demo, client: clientOf(demo) };
}

function body(stream: boolean): OpenAI.ChatCompletionCreateParams {
  return { model: demoModelName, messages: userMessages(issue), stream };
}

/** Streams until it fails. @returns the pieces that arrived, and the error. */
async function piecesUntilError(client: OpenAI): Promise<{ pieces: number; error: unknown }> {
  let pieces = 0;
  try {
    const stream = await client.chat.completions.create({
      model: demoModelName,
      messages: userMessages(issue),
      stream: true,
    });
    for await (const { choices } of stream) pieces += choices[0]?.delta.content ? 1 : 0;
  } catch (error) {
    return { pieces, error };
  }
  return { pieces, error: undefined };
}

describe('answers that are refused', () => {
  test('rate_limited: the SDK sees a RateLimitError and when to try again', async () => {
    const { demo: model, client } = await failing({ kind: 'rate_limited', retryAfterSeconds: 7 });
    const error: unknown = await streamOnce(client, userMessages(issue)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded', type: 'requests' });
    expect(error instanceof RateLimitError && error.headers.get('retry-after')).toBe('7');
    expect(model.requests[0]?.outcome).toBe('failed');
  });

  test('server_error: the SDK sees an InternalServerError', async () => {
    const { client } = await failing({ kind: 'server_error' });
    await expect(streamOnce(client, userMessages(issue))).rejects.toMatchObject({
      constructor: InternalServerError,
      status: 500,
      type: 'server_error',
    });
  });

  test('refuse: the SDK sees an AuthenticationError', async () => {
    const { client } = await failing({ kind: 'refuse' });
    await expect(streamOnce(client, userMessages(issue))).rejects.toMatchObject({
      constructor: AuthenticationError,
      code: 'invalid_api_key',
    });
  });

  test("are repeated by the SDK's own retries until one is let through", async () => {
    const { demo: model } = await failing(
      { kind: 'rate_limited', retryAfterSeconds: 0.01 },
      { kind: 'rate_limited', retryAfterSeconds: 0.01 },
    );
    const retrying = new OpenAI({ apiKey: 'any', baseURL: model.url, maxRetries: 2 });
    const reply = await streamOnce(retrying, userMessages(issue));
    expect(reply.finishReason).toBe('stop');
    expect(model.requests.map((request) => request.outcome)).toEqual([
      'failed',
      'failed',
      'completed',
    ]);
  });
});

describe('streams that break', () => {
  test('cut: earlier data arrives, then the SDK throws', async () => {
    const { demo: model, client } = await failing({ kind: 'cut', afterTokens: 12 });
    const { pieces, error } = await piecesUntilError(client);
    expect(pieces).toBe(12);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toMatch(/terminated|closed|connection/i);
    expect(model.requests[0]?.outcome).toBe('failed');
  });

  test('cut: an answer that is not streamed never arrives', async () => {
    const { client } = await failing({ kind: 'cut', afterTokens: 12 });
    await expect(client.chat.completions.create(body(false))).rejects.toBeInstanceOf(
      APIConnectionError,
    );
  });

  test('malformed_chunk: earlier data arrives, then the SDK throws', async () => {
    const { demo: model, client } = await failing({ kind: 'malformed_chunk', afterTokens: 3 });
    const { pieces, error } = await piecesUntilError(client);
    expect(pieces).toBe(3);
    expect(error).toBeInstanceOf(SyntaxError);
    expect(model.requests[0]?.outcome).toBe('failed');
  });

  test('malformed_chunk: an answer that is not streamed is not JSON', async () => {
    const { client } = await failing({ kind: 'malformed_chunk', afterTokens: 3 });
    await expect(client.chat.completions.create(body(false))).rejects.toThrow(/JSON/);
  });
});

describe('C2: text in all scripts', () => {
  test('arrives unbroken through the SDK when its bytes are split over two writes', async () => {
    const { client } = await failing({ kind: 'split_emoji' });
    expect((await streamOnce(client, userMessages(issue))).text).toContain(otherScripts);
  });

  test('is split within characters in transit', async () => {
    const { demo: model } = await failing({ kind: 'split_emoji' });
    const arrived = await rawChunks(model);
    const alone = arrived.map((chunk) => new TextDecoder().decode(chunk));
    expect(alone.filter((text) => text.includes('\uFFFD')).length).toBeGreaterThan(20);
    expect(Buffer.concat(arrived).toString()).not.toContain('\uFFFD');
  });

  test('is complete when surrogate pairs are split over two chunks', async () => {
    const { client } = await failing({ kind: 'split_emoji', across: 'deltas' });
    const stream = await client.chat.completions.create({
      model: demoModelName,
      messages: userMessages(issue),
      stream: true,
    });
    const deltas: string[] = [];
    for await (const { choices } of stream) deltas.push(choices[0]?.delta.content ?? '');
    expect(deltas.filter((delta) => !delta.isWellFormed()).length).toBeGreaterThan(5);
    expect(deltas.some((delta) => /[\u{1F300}-\u{1FAFF}]/u.test(delta))).toBe(false);
    expect(deltas.join('')).toContain(otherScripts);
  });
});

test('slow: delays this request, and only this one', async () => {
  const { demo: model, client } = await failing({ kind: 'slow', tokensPerSecond: 40 });
  const short: OpenAI.ChatCompletionCreateParamsNonStreaming = {
    model: demoModelName,
    messages: userMessages(issue),
    max_tokens: 11,
  };
  const startedAt = performance.now();
  await client.chat.completions.create(short);
  // The first token arrives immediately, ten more follow 25 ms apart.
  expect(performance.now() - startedAt).toBeGreaterThan(245);
  model.script([{ kind: 'slow', tokensPerSecond: 0.001 }]);
  const leaving = new AbortController();
  const endless = client.chat.completions.create(short, { signal: leaving.signal });
  await vi.waitFor(() => expect(model.requests).toHaveLength(2));
  await client.chat.completions.create(short);
  expect(model.requests.map(({ outcome }) => outcome)).toEqual([
    'completed',
    'running',
    'completed',
  ]);
  leaving.abort();
  await expect(endless).rejects.toThrow('aborted');
});

describe('a script', () => {
  test("applies to requests in order, lets 'ok' through, and can be extended", async () => {
    const { demo: model, client } = await failing('ok', { kind: 'server_error' });
    const outcome = () =>
      streamOnce(client, userMessages(issue)).then(
        () => 'ok',
        (error: unknown): unknown => (error instanceof APIError ? error.status : error),
      );
    expect([await outcome(), await outcome(), await outcome()]).toEqual(['ok', 500, 'ok']);
    model.script(['ok', { kind: 'refuse' }]);
    expect([await outcome(), await outcome(), await outcome()]).toEqual(['ok', 401, 'ok']);
  });

  test("delays a failure 'at draft' until no more tools are called", async () => {
    const { client } = await failing({ kind: 'server_error', at: 'draft' });
    const asking = await streamOnce(client, userMessages(issue), { tools: true });
    expect(asking.finishReason).toBe('tool_calls');
    await expect(streamOnce(client, userMessages(issue))).rejects.toMatchObject({ status: 500 });
  });
});

/** The body in the pieces that the HTTP parser delivers. */
function rawChunks(model: DemoModel): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const sent = httpRequest(`${model.url}/chat/completions`, { method: 'POST' }, (response) => {
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(chunks));
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(body(true)));
  });
}

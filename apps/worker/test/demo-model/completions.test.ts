import OpenAI, { AuthenticationError, BadRequestError, NotFoundError } from 'openai';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { demoModelName, startDemoModel } from '../../src/demo-model/demo-model.ts';
import type { DemoModel } from '../../src/demo-model/demo-model.ts';
import { clientOf, issue, streamOnce, userMessages } from './conversation.ts';
import { folderToolDefinitions } from './folder-tools.ts';

let demo: DemoModel;
let client: OpenAI;

beforeEach(async () => {
  demo = await startDemoModel({ tokensPerSecond: Infinity });
  client = clientOf(demo);
});
afterEach(() => demo.close());

function whole(text: string, more: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming> = {}) {
  return client.chat.completions.create({
    model: demoModelName,
    messages: userMessages(text),
    ...more,
  });
}

describe('a text answer', () => {
  test('A9: streams in many small chunks and reports its finish reason and usage', async () => {
    const reply = await streamOnce(client, userMessages(issue));
    expect(reply.pieces).toBeGreaterThan(100);
    expect(reply.finishReason).toBe('stop');
    expect(reply.usage).toEqual({
      completion_tokens: reply.pieces,
      prompt_tokens: expect.any(Number) as unknown,
      total_tokens: reply.pieces + (reply.usage?.prompt_tokens ?? Number.NaN),
    });
  });

  test('is the same text with the same usage when it is not streamed', async () => {
    const streamed = await streamOnce(client, userMessages(issue));
    const { choices, usage } = await whole(issue);
    expect(choices[0]?.message.content).toBe(streamed.text);
    expect(choices[0]?.finish_reason).toBe('stop');
    expect(usage).toEqual(streamed.usage);
  });

  test('counts about four characters as a token, in the prompt and in the answer', async () => {
    const long = await whole(`${issue}\n\n${'Some more words about reconnecting. '.repeat(200)}`);
    const short = await whole(issue);
    const more = (long.usage?.prompt_tokens ?? 0) - (short.usage?.prompt_tokens ?? 0);
    expect((36 * 200) / more).toBeGreaterThan(3.3);
    expect((36 * 200) / more).toBeLessThan(5.5);
    const text = short.choices[0]?.message.content ?? '';
    const perToken = text.length / (short.usage?.completion_tokens ?? Number.NaN);
    expect(perToken).toBeGreaterThan(3.3);
    expect(perToken).toBeLessThan(5);
  });

  test('has no usage chunk, and no usage field, unless requested', async () => {
    const stream = await client.chat.completions.create({
      model: demoModelName,
      messages: userMessages(issue),
      stream: true,
    });
    for await (const chunk of stream) {
      expect(chunk).not.toHaveProperty('usage');
      expect(chunk.choices).toHaveLength(1);
    }
  });

  test('stops at max_completion_tokens, and reports that', async () => {
    const { choices, usage } = await whole(issue, { max_completion_tokens: 7 });
    expect(choices[0]?.finish_reason).toBe('length');
    expect(usage?.completion_tokens).toBe(7);
  });

  test("is understood by the SDK's own accumulator", async () => {
    const runner = client.chat.completions.stream({
      model: demoModelName,
      messages: userMessages(issue),
    });
    const { choices } = await runner.finalChatCompletion();
    expect(choices[0]?.message.content).toBe((await whole(issue)).choices[0]?.message.content);
  });
});

describe('tool calls', () => {
  test('A6: arrive in pieces that form valid JSON, each call with its own id', async () => {
    const reply = await streamOnce(client, userMessages(issue), { tools: true });
    expect(reply.finishReason).toBe('tool_calls');
    expect(reply.text).toBe('');
    expect(reply.calls.length).toBeGreaterThan(0);
    expect(reply.pieces).toBeGreaterThan(reply.calls.length * 3);
    expect(JSON.parse(reply.calls[0]?.function.arguments ?? '')).toEqual({ query: 'nextDelay' });
    expect(new Set(reply.calls.map((call) => call.id)).size).toBe(reply.calls.length);
  });

  test('are the same when they are not streamed', async () => {
    const streamed = await streamOnce(client, userMessages(issue), { tools: true });
    const { choices, usage } = await whole(issue, { tools: folderToolDefinitions });
    expect(choices[0]?.message.tool_calls).toEqual(streamed.calls);
    expect(choices[0]?.message.content).toBeNull();
    expect(usage).toEqual(streamed.usage);
  });

  test('come one at a time when parallel calls are off, and not at all when tools are off', async () => {
    const tools = folderToolDefinitions;
    const single = await whole('`firstName` and `secondName` differ', {
      tools,
      parallel_tool_calls: false,
    });
    expect(single.choices[0]?.message.tool_calls).toHaveLength(1);
    const none = await whole(issue, { tools, tool_choice: 'none' });
    expect(none.choices[0]?.message.tool_calls).toBeUndefined();
  });
});

describe('refused requests', () => {
  test('an unknown model: 404 model_not_found', async () => {
    await expect(whole(issue, { model: 'gpt-4o' })).rejects.toMatchObject({
      constructor: NotFoundError,
      code: 'model_not_found',
      message: expect.stringContaining("ask for 'runtape-demo'") as unknown,
    });
  });

  test('the wrong key: 401 invalid_api_key', async () => {
    await expect(clientOf(demo, 'wrong-key').models.list()).rejects.toMatchObject({
      constructor: AuthenticationError,
      code: 'invalid_api_key',
    });
  });

  test.each([
    ['no messages', { messages: [] }, 'messages'],
    ['several answers', { n: 2 }, 'n'],
    ['an answer in JSON', { response_format: { type: 'json_object' } }, 'response_format.type'],
    ['a forced tool call', { tool_choice: 'required' }, 'tool_choice'],
    [
      'an image',
      {
        messages: [
          { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:,' } }] },
        ],
      },
      'messages[0].content',
    ],
    [
      'an answer to a tool call that was not made',
      { messages: [{ role: 'tool', tool_call_id: 'call_1', content: 'x' }] },
      'messages[0]',
    ],
    [
      'a tool call without an answer',
      {
        messages: [
          {
            role: 'assistant',
            tool_calls: [
              { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } },
            ],
          },
          { role: 'user', content: 'and?' },
        ],
      },
      'messages[1]',
    ],
  ] satisfies [string, Partial<OpenAI.ChatCompletionCreateParamsNonStreaming>, string][])(
    '%s: 400 with the name of the field',
    async (_what, wrong, param) => {
      await expect(whole(issue, wrong)).rejects.toMatchObject({
        constructor: BadRequestError,
        type: 'invalid_request_error',
        param,
        message: expect.stringContaining(param) as unknown,
      });
    },
  );

  test('a body that is not JSON: 400', async () => {
    const response = await fetch(`${demo.url}/chat/completions`, { method: 'POST', body: '{' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
  });

  test('an unknown address: 404 with the list of known ones', async () => {
    const response = await fetch(`${demo.url}/embeddings`, { method: 'POST' });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      error: {
        code: 'unknown_url',
        message: expect.stringContaining('/v1/chat/completions') as unknown,
      },
    });
  });
});

test('lists its one model', async () => {
  const models = await client.models.list();
  expect(models.data.map((model) => model.id)).toEqual([demoModelName]);
});

test('records its requests and their outcomes', async () => {
  await streamOnce(client, userMessages(issue), { tools: true });
  await whole(issue, { model: 'gpt-4o' }).catch(() => undefined);
  expect(demo.requests).toEqual([
    {
      method: 'POST',
      path: '/v1/chat/completions',
      receivedAt: expect.any(Date) as unknown,
      model: demoModelName,
      messageCount: 2,
      tools: ['list_files', 'search_text', 'read_file'],
      stream: true,
      outcome: 'completed',
    },
    expect.objectContaining({ model: 'gpt-4o', stream: false, tools: [], outcome: 'failed' }),
  ]);
});

test('can hold a text in the middle until it is released, but does not hold tool calls', async () => {
  const go = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<string>();
  await using held = await startDemoModel({
    tokensPerSecond: Infinity,
    beforeToken: async (written) => {
      if (written.length < 300) return;
      reached.resolve(written);
      await go.promise;
    },
  });
  const { calls } = await streamOnce(clientOf(held), userMessages(issue), { tools: true });
  expect(calls).not.toEqual([]);
  const answering = streamOnce(clientOf(held), userMessages(issue));
  const half = await reached.promise;
  expect(held.requests.at(-1)?.outcome).toBe('running');
  go.resolve();
  const { text } = await answering;
  expect(text.startsWith(half)).toBe(true);
  expect(text.length).toBeGreaterThan(half.length);
});

test('keeps the requested pace', async () => {
  await using slow = await startDemoModel({ tokensPerSecond: 200 });
  const startedAt = performance.now();
  const { usage } = await clientOf(slow).chat.completions.create({
    model: demoModelName,
    messages: userMessages(issue),
    max_tokens: 60,
  });
  const perSecond = (usage?.completion_tokens ?? 0) / ((performance.now() - startedAt) / 1000);
  expect(perSecond).toBeLessThanOrEqual(210);
});

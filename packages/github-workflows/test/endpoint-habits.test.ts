import { FatalError, RetryableError } from '@runtape/engine';
import { expect, test } from 'vitest';
import { EndpointMemory } from '../src/index.ts';
import { createModel } from '../src/model/model-client.ts';
import { type RoundRequest, streamRound } from '../src/model/stream-round.ts';
import { readRetryAfter } from '../src/model/wire/endpoint-error.ts';
import {
  askOnce,
  beginStream,
  delta,
  type Habit,
  says,
  sendJson,
  startHabitualModel,
  stream,
  type WireRequest,
} from './habitual-model.ts';

const ANSWER = 'It is so.';
const answers: Habit = (response) => stream(response, says(ANSWER));

/** The error of a request to an endpoint, and the number of requests. */
async function failureOf(habit: Habit): Promise<{ error: Error; code: string; requested: number }> {
  let requested = 0;
  try {
    await askOnce((response, request, count) => {
      requested = count;
      return habit(response, request, count);
    });
  } catch (error) {
    if (error instanceof FatalError || error instanceof RetryableError)
      return { error, code: error.code, requested };
    throw error;
  }
  throw new Error('It did not fail.');
}

/** An endpoint that refuses requests with a certain property, and otherwise answers. */
function refuses(has: (request: WireRequest) => boolean, error: unknown, status = 400): Habit {
  return (response, request, count) =>
    has(request) ? sendJson(response, status, error) : answers(response, request, count);
}

const says400 = (message: string, more: object = {}) => ({
  error: { message, type: 'invalid_request_error', ...more },
});

test.each<[string, Habit, Partial<Record<string, unknown>>, Parameters<typeof askOnce>[1]?]>([
  [
    'stream_options',
    refuses((request) => 'stream_options' in request, says400('Unknown argument: stream_options')),
    { stream_options: undefined, tool_choice: 'auto' },
  ],
  [
    'stream_options, named as a parameter',
    refuses(
      (request) => 'stream_options' in request,
      says400('Not supported.', { param: 'stream_options' }),
    ),
    { stream_options: undefined },
  ],
  [
    'stream_options, with a list of errors',
    refuses(
      (request) => 'stream_options' in request,
      {
        detail: [
          {
            loc: ['body', 'stream_options'],
            msg: 'Extra inputs are not permitted: stream_options',
            type: 'extra_forbidden',
          },
        ],
      },
      422,
    ),
    { stream_options: undefined },
  ],
  [
    'tool_choice',
    refuses((request) => 'tool_choice' in request, says400('tool_choice is not supported')),
    { tool_choice: undefined },
  ],
  [
    'tool_choice, with a 404',
    refuses(
      (request) => 'tool_choice' in request,
      says400("No endpoints found that support the provided 'tool_choice' value."),
      404,
    ),
    { tool_choice: undefined },
  ],
  [
    'tool_choice, within the stream',
    (response, request, count) =>
      'tool_choice' in request
        ? stream(response, [{ error: { code: 400, message: 'tool_choice is not supported' } }])
        : answers(response, request, count),
    { tool_choice: undefined },
  ],
  [
    'an unnamed parameter',
    refuses(
      (request) => 'tool_choice' in request || 'stream_options' in request,
      says400('Bad Request'),
    ),
    { tool_choice: undefined, stream_options: undefined },
  ],
  [
    'a parameter, without a message',
    refuses((request) => 'stream_options' in request, {}),
    { tool_choice: undefined, stream_options: undefined },
  ],
  [
    'max_completion_tokens',
    refuses(
      (request) => 'max_completion_tokens' in request,
      says400('Unrecognized request argument: max_completion_tokens'),
    ),
    { max_tokens: 500, max_completion_tokens: undefined },
    { options: { maxOutputTokens: 500 } },
  ],
  [
    'any limit',
    refuses(
      (request) => 'max_completion_tokens' in request || 'max_tokens' in request,
      says400('max_tokens is not supported'),
    ),
    { max_tokens: undefined, max_completion_tokens: undefined },
    { options: { maxOutputTokens: 500 } },
  ],
  [
    'a request without max_tokens',
    refuses((request) => !('max_tokens' in request), says400('max_tokens: Field required')),
    { max_tokens: 8192 },
  ],
  [
    'a request without max_completion_tokens',
    refuses(
      (request) => !('max_completion_tokens' in request),
      says400("Use 'max_completion_tokens' instead of max_tokens."),
    ),
    { max_completion_tokens: 8192 },
  ],
])(
  'K3: an endpoint that refuses %s gets requests without it, and this is remembered',
  async (_, habit, wanted, question = {}) => {
    const memory = new EndpointMemory();
    const options = { ...question.options, memory };
    const first = await askOnce(habit, { options });
    const second = await askOnce(habit, { options });
    expect([first.text, second.text]).toEqual([ANSWER, ANSWER]);
    expect(first.requests.length).toBeGreaterThan(1);
    expect(second.requests).toHaveLength(1);
    const [request] = second.requests;
    for (const [name, value] of Object.entries(wanted)) expect(request?.[name]).toEqual(value);
  },
);

test.each<[string, RoundRequest['messages'], RoundRequest['messages']]>([
  [
    'before the question',
    [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Why?' },
    ],
    [{ role: 'user', content: 'Be brief.\n\nWhy?' }],
  ],
  [
    'before a question in parts',
    [
      { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
      { role: 'user', content: [{ type: 'text', text: 'Why?' }] },
    ],
    [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Be brief.' },
          { type: 'text', text: 'Why?' },
        ],
      },
    ],
  ],
  [
    'after the question',
    [
      { role: 'user', content: 'Why?' },
      { role: 'system', content: 'Be brief.' },
    ],
    [{ role: 'user', content: 'Why?\n\nBe brief.' }],
  ],
  [
    'after an answer',
    [
      { role: 'user', content: 'Why?' },
      { role: 'assistant', content: 'Hm.' },
      { role: 'system', content: 'Be brief.' },
      { role: 'system', content: 'Be polite.' },
    ],
    [
      { role: 'user', content: 'Why?' },
      { role: 'assistant', content: 'Hm.' },
      { role: 'user', content: 'Be brief.\n\nBe polite.' },
    ],
  ],
])(
  'K3: an endpoint without a system role gets instructions %s in a user message',
  async (_, messages, wanted) => {
    const habit = refuses(
      (request) => request.messages.some(({ role }) => role === 'system'),
      says400("messages[0].role cannot be 'system' with this model."),
    );
    const { requests } = await askOnce(habit, { messages });
    expect(requests.at(-1)?.messages).toEqual(wanted);
  },
);

test('K3: an endpoint that refuses extra fields of another endpoint gets messages without them', async () => {
  const habit = refuses(
    (request) => request.messages.some((message) => 'reasoning_content' in message),
    says400('reasoning_content is not allowed in the input'),
  );
  const { text, requests } = await askOnce(habit, {
    messages: [
      { role: 'user', content: 'Why?' },
      Object.assign(
        { role: 'assistant' as const, content: 'Hm.' },
        { reasoning_content: 'Thought.' },
      ),
      { role: 'user', content: 'And?' },
    ],
  });
  expect([text, requests.length]).toEqual([ANSWER, 2]);
});

test('K3: no tools are offered where none may be called, except to an endpoint that requires their description', async () => {
  const requested = [
    { role: 'user' as const, content: 'Why?' },
    {
      role: 'assistant' as const,
      content: null,
      tool_calls: [
        { id: 'a', type: 'function' as const, function: { name: 'list_files', arguments: '{}' } },
      ],
    },
    { role: 'tool' as const, tool_call_id: 'a', content: 'a.ts' },
  ];
  const plain = await askOnce(answers, { tools: false, messages: requested });
  expect(plain.requests.map((request) => [request.tools, request['tool_choice']])).toEqual([
    [undefined, undefined],
  ]);
  const strict = refuses(
    (request) => request.tools === undefined,
    says400('The `tools` param is required when messages have tool calls.'),
  );
  const { requests } = await askOnce(strict, { tools: false, messages: requested });
  expect(requests.at(-1)?.tools).toHaveLength(3);
  expect(requests.at(-1)?.['tool_choice']).toBe('none');
});

test('K3: an endpoint that refuses everything is not retried forever', async () => {
  const { code, requested } = await failureOf((response) =>
    sendJson(response, 400, says400('Unknown argument: stream_options, tool_choice, max_tokens')),
  );
  expect(code).toBe('model_rejected_request');
  expect(requested).toBeLessThanOrEqual(7);
});

const AGAIN = RetryableError;
const NEVER = FatalError;

test.each<[string, Habit, typeof AGAIN | typeof NEVER, string, string]>([
  [
    'no credits, within the stream',
    (response) =>
      stream(response, [
        { error: { code: 402, message: 'There are no credits left.' }, choices: [] },
      ]),
    NEVER,
    'model_quota_exhausted',
    'There are no credits left.',
  ],
  [
    'no quota, by its code',
    (response) =>
      sendJson(response, 429, says400('You exceeded it.', { code: 'insufficient_quota' })),
    NEVER,
    'model_quota_exhausted',
    'You exceeded it.',
  ],
  [
    'no balance, in words',
    (response) => sendJson(response, 400, says400('Insufficient balance')),
    NEVER,
    'model_quota_exhausted',
    'Insufficient balance.',
  ],
  [
    'a prompt too long, within the stream',
    (response) =>
      stream(response, [
        {
          error: { code: 400, message: 'The prompt is too long: 12000 tokens, at most 8000.' },
          choices: [],
        },
      ]),
    NEVER,
    'model_rejected_request',
    'at most 8000',
  ],
  [
    'a prompt too long, with status 200',
    (response) =>
      sendJson(response, 200, says400('This model has a maximum context length of 8192 tokens.')),
    NEVER,
    'model_rejected_request',
    '8192 tokens',
  ],
  [
    'a request too large',
    (response) => sendJson(response, 413, 'Payload too large'),
    NEVER,
    'model_rejected_request',
    'Payload too large',
  ],
  [
    'a wrong key with status 200',
    (response) =>
      sendJson(response, 200, { error: { message: 'invalid api key', code: 'invalid_api_key' } }),
    NEVER,
    'model_unauthorized',
    'invalid api key.',
  ],
  [
    'an unsupported region',
    (response) => sendJson(response, 403, says400('Not available in this region.')),
    NEVER,
    'model_unauthorized',
    'Not available in this region.',
  ],
  [
    'an unknown model',
    (response) =>
      sendJson(response, 400, says400('No model of that name.', { code: 'model_not_found' })),
    NEVER,
    'model_not_found',
    'No model of that name.',
  ],
  [
    'a web page',
    (response) =>
      void response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!doctype html><title>Sign in</title><h1>Hello</h1>'),
    NEVER,
    'model_not_found',
    '"Sign in"',
  ],
  [
    'a web page with 404',
    (response) =>
      void response
        .writeHead(404, { 'content-type': 'text/html' })
        .end('<html><body><h1>404 page not found</h1></body></html>'),
    NEVER,
    'model_not_found',
    '404 page not found',
  ],
  [
    'an error event',
    (response) =>
      stream(response, ['event: error\ndata: {"error":{"message":"The model has crashed."}}\n\n'], {
        done: false,
      }),
    AGAIN,
    'model_unavailable',
    'The model has crashed.',
  ],
  [
    'an error event with plain text',
    (response) => stream(response, ['event: error\ndata: upstream is gone\n\n'], { done: false }),
    AGAIN,
    'model_unavailable',
    'upstream is gone.',
  ],
  [
    'an error that is plain text',
    (response) => stream(response, [{ error: 'the runner has stopped' }]),
    AGAIN,
    'model_unavailable',
    'the runner has stopped.',
  ],
  [
    'an error without its enclosing object',
    (response) => stream(response, [{ object: 'error', message: 'Engine is dead.', code: 500 }]),
    AGAIN,
    'model_unavailable',
    'Engine is dead.',
  ],
  [
    'an error whose code is a string',
    (response) => stream(response, [{ error: { code: '429', message: 'Slow down.' } }]),
    AGAIN,
    'model_rate_limited',
    'Slow down.',
  ],
  [
    'an error in the middle of an answer',
    (response) =>
      stream(response, [
        delta({ content: 'It is' }),
        {
          error: {
            code: 502,
            message: 'Provider returned error',
            metadata: { raw: '{"error":{"message":"CUDA out of memory"}}' },
          },
        },
      ]),
    AGAIN,
    'model_unavailable',
    'Provider returned error (CUDA out of memory)',
  ],
  [
    'an error in a list',
    (response) =>
      sendJson(response, 400, [
        { error: { code: 400, message: 'Please use a valid role.', status: 'INVALID_ARGUMENT' } },
      ]),
    NEVER,
    'model_rejected_request',
    'Please use a valid role.',
  ],
  [
    'overloaded',
    (response) =>
      sendJson(response, 529, {
        type: 'error',
        error: { type: 'overloaded_error', message: 'Overloaded' },
      }),
    AGAIN,
    'model_unavailable',
    'Overloaded.',
  ],
  [
    'a timeout of the endpoint',
    (response) => sendJson(response, 408, says400('Request timed out')),
    AGAIN,
    'model_unavailable',
    'Request timed out.',
  ],
  [
    'a conflict',
    (response) => sendJson(response, 409, says400('conflict')),
    AGAIN,
    'model_unavailable',
    'conflict.',
  ],
  [
    'too early',
    (response) => sendJson(response, 425, says400('too early')),
    AGAIN,
    'model_unavailable',
    'too early.',
  ],
  [
    'a web page of a gateway',
    (response) =>
      void response
        .writeHead(502, { 'content-type': 'text/html' })
        .end('<html><head><title>502 Bad Gateway</title></head></html>'),
    AGAIN,
    'model_unavailable',
    '502 Bad Gateway',
  ],
  [
    'a failure marked as permanent',
    (response) => sendJson(response, 500, says400('Never again.'), { 'x-should-retry': 'false' }),
    NEVER,
    'model_unavailable',
    'Never again.',
  ],
  [
    'a refusal marked as temporary',
    (response) => sendJson(response, 400, says400('Cold start.'), { 'x-should-retry': 'true' }),
    AGAIN,
    'model_unavailable',
    'Cold start.',
  ],
  [
    'a message that contains the key',
    (response) =>
      sendJson(response, 401, says400('Incorrect key key-of-the-test, or sk-abcdefgh1234.')),
    NEVER,
    'model_unauthorized',
    'Incorrect key (key), or (key).',
  ],
])(
  'K3: %s is reported in the endpoint’s own words, and retried only if it may be temporary',
  async (_, habit, kind, code, words) => {
    const failure = await failureOf(habit);
    expect(failure.error).toBeInstanceOf(kind);
    expect(failure.code).toBe(code);
    expect(failure.error.message).toContain(words);
    expect(failure.error.message).not.toMatch(/key-of-the-test|sk-abc/);
  },
);

test.each<[string, Habit, number]>([
  [
    'seconds on 429',
    (response) => sendJson(response, 429, says400('Slow down.'), { 'retry-after': '6' }),
    6_000,
  ],
  [
    'milliseconds',
    (response) =>
      sendJson(response, 429, says400('Slow down.'), {
        'retry-after-ms': '6000',
        'retry-after': '7',
      }),
    6_000,
  ],
  [
    'seconds on 503',
    (response) => sendJson(response, 503, says400('Loading.'), { 'retry-after': '6' }),
    6_000,
  ],
  [
    'seconds on 529',
    (response) => sendJson(response, 529, says400('Overloaded.'), { 'retry-after': '6' }),
    6_000,
  ],
  [
    'a header in a streamed error',
    (response) =>
      stream(response, [
        { error: { code: 429, message: 'Slow.', metadata: { headers: { 'Retry-After': '6' } } } },
      ]),
    6_000,
  ],
  [
    'a field of an error',
    (response) => stream(response, [{ error: { code: 503, message: 'Slow.', retry_after: 6 } }]),
    6_000,
  ],
])('K3: %s states how long to wait', async (_, habit, ms) => {
  const { error } = await failureOf(habit);
  expect(error instanceof RetryableError ? error.retryAfterMs : null).toBe(ms);
});

test.each<[string, string | null]>([
  ['longer than a day', '100000'],
  ['longer than any date', '999999999999999'],
])('K3: a requested wait of %s fails instead', async (_, after) => {
  const { error } = await failureOf((response) =>
    sendJson(response, 429, says400('Slow down.'), { 'retry-after': after ?? '' }),
  );
  expect(error).toBeInstanceOf(FatalError);
  expect(error.message).toContain('Start again');
});

const NOW = Date.UTC(2026, 0, 1, 12);

test.each<[string, string, number | null]>([
  ['retry-after', '6', 6_000],
  ['retry-after', ' 1.5 ', 1_500],
  ['retry-after', 'Thu, 01 Jan 2026 12:00:06 GMT', 6_000],
  ['retry-after', 'Thursday, 01-Jan-26 12:00:06 GMT', 6_000],
  ['retry-after', 'Thu, 01 Jan 2026 11:00:00 GMT', 0],
  ['retry-after', '-5', null],
  ['retry-after', 'soon', null],
  ['retry-after', '', null],
  ['retry-after', '2', 2_000],
  ['retry-after-ms', 'NaN', null],
])('K3: %s: "%s" is a wait of %s ms', (name, value, ms) => {
  expect(readRetryAfter((header) => (header === name ? value : null), NOW)).toBe(ms);
});

test('K3: a timeout says that it was ours, and names the setting', async () => {
  await expect(
    askOnce((response) => response.flushHeaders(), { options: { idleMs: 1_000 } }),
  ).rejects.toThrow(/sent nothing for 1 s.* limit is ours.* MODEL_IDLE_SECONDS/);
});

test('K3: comments keep a stream open while the first token takes long', async () => {
  const { text } = await askOnce(
    async (response) => {
      beginStream(response);
      for (let count = 0; count < 16; count += 1) {
        response.write(': PROCESSING\n\n');
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
      for (const chunk of says(ANSWER)) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
      response.end();
    },
    // Long enough for a busy machine.
    { options: { idleMs: 3_000 } },
  );
  expect(text).toBe(ANSWER);
});

test('K3: comments alone do not keep a stream open forever', async () => {
  let stopped = (): void => undefined;
  const isOver = new Promise<void>((resolve) => {
    stopped = resolve;
  });
  const requested = askOnce(
    (response) => {
      beginStream(response);
      const timer = setInterval(() => response.write(': PROCESSING\n\n'), 20);
      response.on('close', () => {
        clearInterval(timer);
        stopped();
      });
    },
    { options: { idleMs: 100 } },
  );
  await expect(requested).rejects.toMatchObject({ code: 'model_unavailable' });
  await isOver;
});

test.each<[string, readonly unknown[]]>([
  ['usage', [{ choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } }]],
  ['[DONE]', ['data: [DONE]\n\n']],
  ['nothing', []],
])(
  'K3: an answer completes soon after its end and %s, even if the stream stays open',
  async (_, rest) => {
    const { text } = await askOnce(
      (response) => {
        beginStream(response);
        for (const chunk of [...says(ANSWER), ...rest])
          response.write(typeof chunk === 'string' ? chunk : `data: ${JSON.stringify(chunk)}\n\n`);
      },
      { options: { idleMs: 60_000 } },
    );
    expect(text).toBe(ANSWER);
  },
);

test('K3: an error on our own side is not blamed on the model', async () => {
  await using endpoint = await startHabitualModel(answers);
  const own = new Error('The log is gone.');
  const requested = streamRound(createModel(endpoint.options, {}, Date.now), {
    messages: [{ role: 'user', content: 'Why?' }],
    tools: [],
    mayCallTools: false,
    signal: new AbortController().signal,
    onText: () => Promise.reject(own),
  });
  await expect(requested).rejects.toBe(own);
});

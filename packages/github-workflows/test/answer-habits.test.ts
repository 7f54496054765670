import { threadMs } from '@runtape/testing/event-loop';
import { expect, test } from 'vitest';
import { AnswerSplitter } from '../src/model/wire/split-answer.ts';
import { judgeEnding } from '../src/model/wire/judge-ending.ts';
import { findJsonObjects } from '../src/model/wire/find-json.ts';
import { askOnce, delta, finish, says, sendJson, stream, beginStream } from './habitual-model.ts';

const ANSWER = 'It is in `src/a.ts:3`.';
const chunked = ANSWER.split(/(?<= )/).map((content) => delta({ content }));
const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
const counted = { inputTokens: 100, outputTokens: 20, totalTokens: 120 };

test.each<[string, readonly unknown[]]>([
  ['as text', says(ANSWER)],
  [
    'as parts',
    [
      ...ANSWER.split(/(?<= )/).map((text) => delta({ content: [{ type: 'text', text }] })),
      finish(),
    ],
  ],
  [
    'with empty and missing deltas in between',
    [
      delta({ role: 'assistant', content: '' }),
      ...chunked.flatMap((chunk) => [
        delta({ content: null }),
        delta(null),
        { choices: [{ index: 0 }] },
        { choices: [] },
        {},
        chunk,
      ]),
      finish(),
    ],
  ],
  [
    'next to other choices',
    [
      ...chunked.flatMap((chunk) => [
        { choices: [{ index: 1, delta: { content: 'other' } }] },
        chunk,
      ]),
      { choices: [{ index: 1, delta: {}, finish_reason: 'length' }] },
      finish(),
    ],
  ],
  [
    'with comments, pings and unknown events',
    [
      ': PROCESSING\n\n',
      'event: ping\ndata: {}\n\n',
      'data: ping\n\n',
      'data:\n\n',
      'retry: 100\n\n',
      ...says(ANSWER),
    ],
  ],
  [
    'without a space after the colon',
    chunked
      .map((chunk) => `data:${JSON.stringify(chunk)}\n\n`)
      .concat('data:{"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n'),
  ],
  [
    'with CRLF',
    chunked
      .map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`)
      .concat('data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\r\n\r\n'),
  ],
  ['after a byte order mark', ['\uFEFF', ...says(ANSWER)]],
  [
    'as a message instead of a delta',
    [
      {
        choices: [
          { index: 0, message: { role: 'assistant', content: ANSWER }, finish_reason: 'stop' },
        ],
      },
    ],
  ],
])('K3: an answer sent %s is accepted', async (_, chunks) => {
  const { text, answer } = await askOnce((response) => stream(response, chunks));
  expect([text, answer.text, answer.isCut]).toEqual([ANSWER, ANSWER, false]);
});

test('K3: the last event counts even when the stream ends right after it', async () => {
  const { text } = await askOnce((response) => {
    beginStream(response);
    response.end(`data: ${JSON.stringify(delta({ content: ANSWER }, { finish_reason: 'stop' }))}`);
  });
  expect(text).toBe(ANSWER);
});

test('K3: an endpoint that does not stream still answers, with calls and thoughts', async () => {
  const message = {
    role: 'assistant',
    content: '<think>\nHm.\n</think>\n\nLook.',
    tool_calls: [{ id: 'a', type: 'function', function: { name: 'list_files', arguments: '{}' } }],
  };
  const { answer, text, thoughts } = await askOnce((response) =>
    sendJson(response, 200, {
      choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
      usage,
    }),
  );
  expect([text, answer.toolCalls[0]?.name, answer.usage, thoughts]).toEqual([
    'Look.',
    'list_files',
    counted,
    ['\nHm.\n'],
  ]);
});

test.each<[string, readonly unknown[], unknown]>([
  ['once', [{ choices: [], usage }], counted],
  [
    'in every chunk, growing',
    [1, 10, 20].map((completion_tokens) => ({
      choices: [],
      usage: { ...usage, completion_tokens, total_tokens: 100 + completion_tokens },
    })),
    counted,
  ],
  [
    'as zeros at the end',
    [
      { choices: [], usage },
      { choices: [], usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } },
    ],
    counted,
  ],
  ['without a total', [{ usage: { prompt_tokens: 100, completion_tokens: 20 } }], counted],
  [
    'as a total only',
    [{ usage: { total_tokens: 120 } }],
    { inputTokens: 114, outputTokens: 6, totalTokens: 120 },
  ],
  [
    'with a missing count',
    [{ usage: { prompt_tokens: 100, completion_tokens: null, total_tokens: 120 } }],
    counted,
  ],
  [
    'as text and with fractions',
    [{ usage: { prompt_tokens: '100', completion_tokens: 20.4, total_tokens: 120.0 } }],
    counted,
  ],
  ['under other names', [{ usage: { input_tokens: 100, output_tokens: 20 } }], counted],
  ['within the choice', [{ choices: [{ index: 0, delta: {}, usage }] }], counted],
  [
    'as nonsense',
    [{ usage: { prompt_tokens: -1, completion_tokens: 'many', total_tokens: 1e300 } }],
    null,
  ],
  ['as another type', [{ usage: 'none' }, { usage: [] }], null],
  ['never', [], null],
])('K3: usage that is reported %s does not break the answer', async (_, chunks, expected) => {
  const { answer, text } = await askOnce((response) =>
    stream(response, [...says(ANSWER), ...chunks]),
  );
  expect([text, answer.usage]).toEqual([ANSWER, expected]);
});

test.each<[string, unknown, boolean, string, string]>([
  ['stop', 'stop', false, 'It is so, beca', 'whole'],
  ['a synonym of stop', 'end_turn', false, 'It is so', 'whole'],
  ['a synonym of stop', 'STOP', false, 'It is so', 'whole'],
  ['a synonym of stop', 'eos', false, 'It is so', 'whole'],
  ['the length', 'length', true, 'It is so.', 'cut'],
  ['a synonym of length', 'MAX_TOKENS', true, 'It is so.', 'cut'],
  ['no reason, but closed properly', null, true, 'It is so.', 'whole'],
  ['no reason, within a sentence', null, true, 'It is so, beca', 'broken'],
  ['no reason, within a code block', null, true, 'It is:\n\n```ts\nclose();', 'broken'],
  ['no reason, after a code block', null, true, 'It is:\n\n```ts\nclose();\n```', 'whole'],
  ['no reason, within a code span', null, true, 'It is `src/a.ts.', 'broken'],
  ['no reason, after a colon', null, true, 'The places are:', 'broken'],
  ['no reason, and not closed properly', null, false, 'It is so.', 'broken'],
  ['an empty reason, and not closed properly', '', false, 'It is so.', 'broken'],
  ['an unknown reason, complete', 'done_ok', true, 'It is so.', 'whole'],
  ['an unknown reason, within a sentence', 'done_ok', true, 'It is so, beca', 'broken'],
  ['an error, within a sentence', 'error', true, 'It is so, beca', 'broken'],
  ['an error, not closed properly', 'error', false, 'It is so.', 'broken'],
  ['an abort, but apparently complete', 'abort', true, 'It is so.', 'cut'],
  ['a filter', 'content_filter', true, 'It is so.', 'filtered'],
  ['a synonym of content_filter', 'SAFETY', true, 'It is so.', 'filtered'],
])(
  'K3: an answer that ends with %s (%s, [DONE]: %s, "%s") is %s',
  async (_, reason, done, words, ending) => {
    const requested = askOnce((response) => stream(response, says(words, reason), { done }));
    const outcome = await requested.then(
      ({ answer }) => (answer.isRefused ? 'filtered' : answer.isCut ? 'cut' : 'whole'),
      (error: unknown) =>
        error instanceof Error && 'code' in error && error.code === 'model_bad_response'
          ? 'broken'
          : error,
    );
    expect(outcome).toBe(ending);
  },
);

test('K3: data after a proper end does not change the answer', async () => {
  const { text } = await askOnce(async (response) => {
    beginStream(response);
    for (const chunk of says(ANSWER)) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    await new Promise((resolve) => response.write(': the end\n\n', resolve));
    response.destroy();
  });
  expect(text).toBe(ANSWER);
});

test('K3: a finish reason in every chunk counts only in the last one', async () => {
  const chunks = chunked.map((_, index) =>
    delta({ content: ANSWER.split(/(?<= )/)[index] }, { finish_reason: 'stop' }),
  );
  const { text, answer } = await askOnce((response) => stream(response, chunks));
  expect([text, answer.isCut]).toEqual([ANSWER, false]);
});

test.each<[string, readonly unknown[], string]>([
  ['in tags', says(`<think>\nHm, @someone.\n</think>\n\n${ANSWER}`), '\nHm, @someone.\n'],
  ['in other tags', says(`<thinking>Hm.</thinking>${ANSWER}`), 'Hm.'],
  ['in brackets', says(`[THINK]Hm.[/THINK]${ANSWER}`), 'Hm.'],
  [
    'in a channel',
    says(
      `<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>${ANSWER}<|return|>`,
    ),
    'Hm.',
  ],
  [
    'with a closing tag only',
    says(`Hm. It may be the timer, or not.\n\nLet me see.\n</think>\n\n${ANSWER}`),
    'Hm. It may be the timer, or not.\n\nLet me see.\n',
  ],
  [
    'with a closing tag at the end of a line',
    says(`Hm. So it is. </think>\n${ANSWER}`),
    'Hm. So it is. ',
  ],
  ['with a closing tag between words', says(`Hm.</think>${ANSWER}`), 'Hm.'],
  [
    'in reasoning_content',
    [
      delta({ content: null, reasoning_content: 'H' }),
      delta({ reasoning_content: 'm.' }),
      ...says(ANSWER),
    ],
    'Hm.',
  ],
  [
    'in reasoning, and in its details',
    [
      delta({ reasoning: 'Hm.', reasoning_details: [{ type: 'reasoning.text', text: 'Hm.' }] }),
      ...says(ANSWER),
    ],
    'Hm.',
  ],
  [
    'in reasoning_details only',
    [delta({ reasoning_details: [{ type: 'reasoning.text', text: 'Hm.' }] }), ...says(ANSWER)],
    'Hm.',
  ],
  [
    'in a part',
    [
      delta({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] }] }),
      ...says(ANSWER),
    ],
    'Hm.',
  ],
])('K3: thoughts sent %s are not text', async (_, chunks, thought) => {
  const { text, answer, thoughts } = await askOnce((response) => stream(response, chunks));
  expect([text, answer.text, thoughts]).toEqual([ANSWER, ANSWER, [thought]]);
});

test.each([
  ['a code span', 'Models write `<think>` and `</think>` around it.'],
  ['a code block', 'It prints:\n\n```\n<think>\nHm.\n</think>\n```\n\nand stops.'],
  ['a longer fence', '````md\n```\n<think>\n```\n<think>\n````\n\nSo it is.'],
  ['the middle of a sentence', 'The tag <think> opens it, and a < b holds.'],
  ['a sentence about them', 'It drops what stands before </think> in an answer (or "</think>").'],
])('K3: tags in %s are text', async (_, words) => {
  const { text, thoughts } = await askOnce((response) => stream(response, says(words)));
  expect([text, thoughts]).toEqual([words, []]);
});

test('K3: text and thoughts do not depend on how an answer is split into chunks', () => {
  const words = `<think>\nA \`</thin\` k.\n</think>\n\nText with \`<think>\`, a < b.\n\n\`\`\`ts\n</think>\n\`\`\`\n<tool_call>{"name":"x"}</tool_call>\nEnd.`;
  const split = (size: number): Record<string, string> => {
    const splitter = new AnswerSplitter();
    const pieces = Array.from({ length: Math.ceil(words.length / size) }, (_, at) =>
      splitter.add(words.slice(at * size, (at + 1) * size)),
    );
    const joined: Record<string, string> = {};
    for (const segment of [...pieces.flat(), ...splitter.end()]) {
      if ('text' in segment) joined[segment.kind] = (joined[segment.kind] ?? '') + segment.text;
    }
    return joined;
  };
  const whole = split(words.length);
  expect(whole).toMatchObject({ thought: '\nA `</thin` k.\n', call: '<tool_call>{"name":"x"}' });
  expect(whole['text']).toMatch(/^Text with [^]*End\.$/);
  for (const size of [1, 2, 3, 5, 7, 11, 50]) expect(split(size)).toEqual(whole);
});

test('K3: after an unannounced thought, the next one is held back', async () => {
  const { EndpointMemory } = await import('../src/index.ts');
  const memory = new EndpointMemory();
  const texts: string[] = [];
  const habit = says(`Hm.\n</think>\n\n${ANSWER}`);
  for (const _ of [1, 2]) {
    const { text } = await askOnce((response) => stream(response, habit), { options: { memory } });
    texts.push(text);
  }
  expect(texts).toEqual([ANSWER, ANSWER]);
  expect(memory.get('habitual', { sendsOutputLimit: false }).thinksUnannounced).toBe(true);
});

test.each<[string, string, unknown]>([
  ['alone', '{"a":1}', [{ a: 1 }]],
  ['in a fence', 'Here:\n```json\n{"a":1}\n```\nDone.', [{ a: 1 }]],
  ['in an unclosed fence', '```json\n{"a":1}', [{ a: 1 }]],
  ['after other braces', 'Use {x} or { and then {"a":{"b":"}"}}.', [{ a: { b: '}' } }]],
  ['with a trailing comma', '{"a":[1,2,],}', [{ a: [1, 2] }]],
  ['twice', 'First {"a":1}, then {"a":2}', [{ a: 1 }, { a: 2 }]],
  ['not at all', 'No braces here.', []],
])('K3: JSON that is %s is found', (_, words, found) => {
  expect(findJsonObjects(words).map(({ value }) => value)).toEqual(found);
});

test('K1: the time to read hostile answers grows linearly with their length', () => {
  const fill = (piece: string): string => piece.repeat(Math.ceil(200_000 / piece.length));
  const texts = [
    '{',
    '}',
    '{"',
    '`',
    '```\n',
    '~~~\n',
    '<',
    '<think>\n',
    '</think>',
    '\n',
    '<tool_call>',
    '{"a":1},',
    '\\"',
    '[TOOL_CALLS]',
    ' ',
    '<|',
    '< think',
  ].map(fill);
  const slow: Record<string, number> = {};
  for (const words of texts) {
    const from = threadMs();
    const splitter = new AnswerSplitter();
    for (let at = 0; at < words.length; at += 16) splitter.add(words.slice(at, at + 16));
    splitter.end();
    findJsonObjects(words);
    judgeEnding({ finishReason: '', isDone: true, text: words, calls: 'none' });
    const took = threadMs() - from;
    if (took > 1_500) slow[words.slice(0, 20)] = Math.round(took);
  }
  expect(slow).toEqual({});
});

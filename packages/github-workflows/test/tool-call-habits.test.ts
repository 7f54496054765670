import { expect, test } from 'vitest';
import { readArguments } from '../src/model/wire/read-arguments.ts';
import { askOnce, delta, finish, stream, says } from './habitual-model.ts';

type Calls = readonly unknown[];
const call = (more: object, name?: string, args?: unknown) => ({
  ...more,
  function: { ...(name !== undefined && { name }), ...(args !== undefined && { arguments: args }) },
});
const calls = (...list: Calls) => delta({ tool_calls: list });
const search = '{"query":"timer"}';
const read = '{"path":"a.ts"}';
const both = [
  ['search_text', { query: 'timer' }],
  ['read_file', { path: 'a.ts' }],
];

/** The calls, in order, with their parsed arguments. */
async function called(chunks: Calls, reason = 'tool_calls') {
  const { answer } = await askOnce((response) => stream(response, [...chunks, finish(reason)]));
  return answer.toolCalls.map(({ name, arguments: given }) => [name, readArguments(given)]);
}

test.each<[string, Calls]>([
  [
    'in pieces, each with its index',
    [
      calls(
        call({ index: 0, id: 'a' }, 'search_text', ''),
        call({ index: 1, id: 'b' }, 'read_file', ''),
      ),
      calls(call({ index: 1 }, undefined, '{"path":')),
      calls(call({ index: 0 }, undefined, '{"query":"ti')),
      calls(call({ index: 0 }, undefined, 'mer"}'), call({ index: 1 }, undefined, '"a.ts"}')),
    ],
  ],
  [
    'whole, without an index',
    [calls(call({ id: 'a' }, 'search_text', search)), calls(call({ id: 'b' }, 'read_file', read))],
  ],
  [
    'at once, without index or id',
    [calls(call({}, 'search_text', search), call({}, 'read_file', read))],
  ],
  [
    'one after the other, without index or id',
    [calls(call({}, 'search_text', search)), calls(call({}, 'read_file', read))],
  ],
  [
    'in pieces, without index, with their id each time',
    [
      calls(call({ id: 'a' }, 'search_text', '')),
      calls(call({ id: 'b' }, 'read_file', '')),
      calls(call({ id: 'a' }, undefined, search)),
      calls(call({ id: 'b' }, undefined, read)),
    ],
  ],
  [
    'all with index 0',
    [
      calls(call({ index: 0, id: 'a' }, 'search_text', search)),
      calls(call({ index: 0, id: 'b' }, 'read_file', read)),
    ],
  ],
  [
    'all with index 0, without ids',
    [
      calls(call({ index: 0 }, 'search_text', search)),
      calls(call({ index: 0 }, 'read_file', read)),
    ],
  ],
  [
    'with the index as text',
    [
      calls(call({ index: '0', id: 'a' }, 'search_text', search)),
      calls(call({ index: '1', id: 'b' }, 'read_file', read)),
    ],
  ],
  [
    'with an invalid index',
    [
      calls(call({ index: null, id: 'a' }, 'search_text', search)),
      calls(call({ index: -1, id: 'b' }, 'read_file', read)),
    ],
  ],
  [
    'numbered from 1',
    [
      calls(call({ index: 1, id: 'a' }, 'search_text', search)),
      calls(call({ index: 2, id: 'b' }, 'read_file', read)),
    ],
  ],
  [
    'with name and id in every piece',
    [
      calls(call({ index: 0, id: 'a' }, 'search_text', '{"query":')),
      calls(call({ index: 0, id: 'a' }, 'search_text', '"timer"}')),
      calls(call({ index: 1, id: 'b' }, 'read_file', '{"path":')),
      calls(call({ index: 1, id: 'b' }, 'read_file', '"a.ts"}')),
    ],
  ],
  [
    'with the name in every piece, and no id',
    [
      calls(call({ index: 0 }, 'search_text', '')),
      calls(call({ index: 0 }, 'search_text', search)),
      calls(call({ index: 1 }, 'read_file', '')),
      calls(call({ index: 1 }, 'read_file', read)),
    ],
  ],
  [
    'with another id in every piece',
    [
      calls(call({ index: 0, id: 'a1' }, 'search_text', '{"query":')),
      calls(call({ index: 0, id: 'a2' }, 'search_text', '"timer"}')),
      calls(call({ index: 1, id: 'b1' }, 'read_file', '{"path":')),
      calls(call({ index: 1, id: 'b2' }, undefined, '"a.ts"}')),
    ],
  ],
  [
    'with the name in pieces',
    [
      calls(call({ index: 0, id: 'a' }, 'search_', '')),
      calls(call({ index: 0 }, 'text', search)),
      calls(call({ index: 1, id: 'b' }, 'read_file', read)),
    ],
  ],
  [
    'with empty names and ids in later pieces',
    [
      calls(call({ index: 0, id: 'a' }, 'search_text', '')),
      calls(call({ index: 0, id: '' }, '', search)),
      calls(call({ index: 1, id: 'b' }, 'read_file', '')),
      calls(call({ index: 1, id: null }, '', read)),
    ],
  ],
  [
    'with arguments as objects',
    [
      calls(call({ index: 0, id: 'a' }, 'search_text', { query: 'timer' })),
      calls(call({ index: 1, id: 'b' }, 'read_file', { path: 'a.ts' })),
    ],
  ],
  [
    'with the same id twice',
    [calls(call({ id: 'a' }, 'search_text', search)), calls(call({ id: 'a' }, 'read_file', read))],
  ],
  [
    'without the object around name and arguments',
    [
      calls(
        { index: 0, id: 'a', name: 'search_text', arguments: search },
        { index: 1, id: 'b', name: 'read_file', arguments: read },
      ),
    ],
  ],
  [
    'with a namespace prefix',
    [
      calls(call({ index: 0, id: 'a' }, 'functions.search_text', search)),
      calls(call({ index: 1, id: 'b' }, 'functions.read_file<|channel|>commentary', read)),
    ],
  ],
])('K3: two tool calls %s are both run', async (_, chunks) => {
  expect(await called(chunks)).toEqual(both);
});

test('K3: a function call in the old format is a tool call', async () => {
  const chunks = [
    delta({ function_call: { name: 'read_file' } }),
    delta({ function_call: { arguments: read } }),
  ];
  expect(await called(chunks, 'function_call')).toEqual([both[1]]);
});

test('K3: two calls of one tool without arguments, index and ids are separate', async () => {
  const twice = [calls(call({}, 'list_files', ''), call({}, 'list_files', ''))];
  expect(await called(twice)).toEqual([
    ['list_files', {}],
    ['list_files', {}],
  ]);
});

test.each([
  ['no id', undefined],
  ['an empty id', ''],
  ['a duplicate id', 'same'],
])('K3: calls with %s get one each, and are returned under it', async (_, id) => {
  const { answer } = await askOnce((response) =>
    stream(response, [
      calls(call({ index: 0, id }, 'list_files', '{}')),
      calls(call({ index: 1, id }, 'list_files', '{"glob":"a"}')),
      finish('tool_calls'),
    ]),
  );
  const ids = answer.toolCalls.map((one) => one.id);
  expect(new Set(ids).size).toBe(2);
  expect(ids).not.toContain('');
  expect(answer.message.tool_calls?.map((one) => one.id)).toEqual(ids);
});

test.each<[string, string, unknown]>([
  ['nothing', '', {}],
  ['null', 'null', {}],
  ['JSON that was encoded twice', JSON.stringify(read), { path: 'a.ts' }],
  ['JSON that was sent twice', read + read, { path: 'a.ts' }],
  ['an empty object before it', `{}${read}`, { path: 'a.ts' }],
  ['a trailing comma', '{"path":"a.ts",}', { path: 'a.ts' }],
  ['a line break in a text', '{"path":"a\nb"}', { path: 'a\nb' }],
  ['a fence around it', `\`\`\`json\n${read}\n\`\`\``, { path: 'a.ts' }],
  ['a comma and a brace within a text', '{"path":"a,}"}', { path: 'a,}' }],
  ['a list', '["a.ts"]', null],
  ['cut off', '{"path":"src/po', null],
  ['prose', 'the file a.ts', null],
])('K3: arguments that are %s are understood, or rejected', (_, given, understood) => {
  expect(readArguments(given)).toEqual(understood);
});

test.each([
  ['cut off', '{"path":"src/po'],
  ['no object', '["a.ts"]'],
  ['empty', ''],
])('K3: arguments that are %s are returned as JSON', async (_, given) => {
  const { answer } = await askOnce((response) =>
    stream(response, [
      calls(call({ index: 0, id: 'a' }, 'read_file', given)),
      finish('tool_calls'),
    ]),
  );
  const [sent] = answer.message.tool_calls ?? [];
  expect(sent?.type === 'function' ? sent.function.arguments : null).toBe('{}');
});

test('K3: JSON arguments are returned exactly as they came, with the extra fields of the call and the message', async () => {
  const given = '{ "path" : "a.ts" }';
  const { answer } = await askOnce((response) =>
    stream(response, [
      delta({ role: 'assistant', content: null, reasoning_content: 'Let me ' }),
      delta({
        reasoning_content: 'look.',
        reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'Let me ' }],
      }),
      delta({
        reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'look.', signature: 'abc' }],
        annotations: [],
      }),
      calls({
        ...call({ index: 0, id: 'a' }, 'read_file', given),
        extra_content: { google: { thought_signature: 'sig' } },
      }),
      finish('tool_calls'),
    ]),
  );
  expect(answer.message).toEqual({
    role: 'assistant',
    content: null,
    reasoning_content: 'Let me look.',
    reasoning_details: [
      { type: 'reasoning.text', index: 0, text: 'Let me look.', signature: 'abc' },
    ],
    tool_calls: [
      {
        id: 'a',
        type: 'function',
        function: { name: 'read_file', arguments: given },
        extra_content: { google: { thought_signature: 'sig' } },
      },
    ],
  });
});

test('K3: content in parts is returned in parts', async () => {
  const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] };
  const { answer, text, thoughts } = await askOnce((response) =>
    stream(response, [
      delta({ content: [thinking] }),
      delta({ content: [{ type: 'text', text: 'It ' }] }),
      delta({ content: [{ type: 'text', text: 'is so.' }] }),
      finish(),
    ]),
  );
  expect(text).toBe('It is so.');
  expect(thoughts).toEqual(['Hm.']);
  expect(answer.message.content).toEqual([thinking, { type: 'text', text: 'It is so.' }]);
});

test.each<[string, string]>([
  ['in tags', `<tool_call>\n{"name": "read_file", "arguments": ${read}}\n</tool_call>`],
  ['in tags that are never closed', `<tool_call>{"name": "read_file", "arguments": ${read}}`],
  [
    'in tags after a remark',
    `I will look.\n\n<tool_call>{"name":"read_file","arguments":${read}}</tool_call>`,
  ],
  ['with its name in the tag', `<function=read_file>${read}</function>`],
  [
    'with its arguments in tags',
    '<tool_call>\n<function=read_file>\n<parameter=path>\na.ts\n</parameter>\n</function>\n</tool_call>',
  ],
  [
    'with keys and values',
    '<tool_call>read_file\n<arg_key>path</arg_key>\n<arg_value>a.ts</arg_value>\n</tool_call>',
  ],
  ['as a list after a marker', `[TOOL_CALLS][{"name":"read_file","arguments":${read}}]`],
  ['in the current Mistral format', `[TOOL_CALLS]read_file${read}`],
  ['after a Python tag', `<|python_tag|>{"name":"read_file","parameters":${read}}`],
  [
    'in a channel',
    `<|channel|>commentary to=functions.read_file <|constrain|>json<|message|>${read}<|call|>`,
  ],
  [
    'in the DeepSeek format',
    `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>read_file\n\`\`\`json\n${read}\n\`\`\`<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
  ],
  [
    'in the Kimi format',
    `<|tool_calls_section_begin|><|tool_call_begin|>functions.read_file:0<|tool_call_argument_begin|>${read}<|tool_call_end|><|tool_calls_section_end|>`,
  ],
  ['as bare JSON', `{"name": "read_file", "parameters": ${read}}`],
  ['as JSON in a fence', `\`\`\`json\n{"name": "read_file", "arguments": ${read}}\n\`\`\``],
  [
    'after thoughts',
    `<think>\nI need the file.\n</think>\n<tool_call>{"name":"read_file","arguments":${read}}</tool_call>`,
  ],
])('K3: a tool call as text %s is a tool call', async (_, words) => {
  const { answer } = await askOnce((response) => stream(response, says(words)));
  expect(
    answer.toolCalls.map(({ name, arguments: given }) => [name, readArguments(given)]),
  ).toEqual([['read_file', { path: 'a.ts' }]]);
  expect(answer.text).not.toMatch(/read_file|a\.ts/);
});

test('K3: two tool calls as text are separate', async () => {
  const words = `<tool_call>{"name":"search_text","arguments":${search}}</tool_call>\n<tool_call>{"name":"read_file","arguments":${read}}</tool_call>`;
  const { answer } = await askOnce((response) => stream(response, says(words)));
  expect(
    answer.toolCalls.map(({ name, arguments: given }) => [name, readArguments(given)]),
  ).toEqual(both);
});

test.each([
  ['that names an unknown tool', '<tool_call>{"name":"rm","arguments":{}}</tool_call>'],
  ['that is not JSON', '<tool_call>read the file, please</tool_call>'],
])(
  'K3: a tool call as text %s is not part of the draft, and is reported as unreadable',
  async (_, words) => {
    const { answer, text } = await askOnce((response) => stream(response, says(words)));
    expect({ text, calls: answer.toolCalls, unreadable: answer.hasUnreadableCall }).toEqual({
      text: '',
      calls: [],
      unreadable: true,
    });
  },
);

test.each([
  ['in a code span', 'Parse `<tool_call>` before `{"name":"read_file","arguments":{}}`.'],
  [
    'in a code block',
    'It prints:\n\n```\n<tool_call>\n{"name":"read_file","arguments":{}}\n</tool_call>\n```',
  ],
  [
    'as an example in JSON',
    'It sends `{"name":"x"}`:\n\n```json\n{"name":"read_file","arguments":{}}\n```\n\nand waits.',
  ],
  ['with a name only', '{"name": "read_file"}'],
])('K3: text about tool calls %s stays text', async (_, words) => {
  const { answer, text } = await askOnce((response) => stream(response, says(words)));
  expect(answer.toolCalls).toEqual([]);
  expect(text).toBe(words);
});

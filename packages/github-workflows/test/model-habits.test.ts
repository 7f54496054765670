import { expect, test } from 'vitest';
import { z } from 'zod';
import type { WorkflowEvent } from '@runtape/events';
import {
  delta,
  finish,
  type Habit,
  says,
  sendJson,
  startHabitualModel,
  stream,
  type WireRequest,
} from './habitual-model.ts';
import { failureOf, ofType, resultOf, retryReasons } from './read-events.ts';
import { scratchFolder } from './scratch-folder.ts';
import { openHarness } from './harness.ts';

const ISSUE = '# It fails\n\nIt does.';
const COMMENT = 'The timer is started in `src/f1.ts:1` and never cleared.';
const LINE = 'const value = compute(first, second, third); // what it is all about, at some length';
const files = Object.fromEntries(
  Array.from({ length: 20 }, (_, n) => [`src/f${n}.ts`, `${LINE}\n`.repeat(400)]),
);

interface Run {
  readonly events: readonly WorkflowEvent[];
  readonly requests: readonly WireRequest[];
  readonly part: (name: string | RegExp) => string;
}

/** Drafts a comment on a small repository with a model that has a habit. */
async function draftWith(habit: Habit, more: { contextTokens?: number } = {}): Promise<Run> {
  await using model = await startHabitualModel(habit);
  await using folder = await scratchFolder(files);
  await using harness = await openHarness({ changes: { openai: { ...model.options, ...more } } });
  const events = await harness.run({ kind: 'local', issue: ISSUE, path: folder.path });
  const part = (name: string | RegExp): string =>
    ofType(events, 'token')
      .filter(({ data }) => (typeof name === 'string' ? data.part === name : name.test(data.part)))
      .map(({ data }) => data.content)
      .join('');
  return { events, requests: model.requests, part };
}

const callsSchema = z.object({
  tool_calls: z.array(z.object({ function: z.object({ arguments: z.string() }) })).optional(),
});
const rounds = ({ messages }: WireRequest): number =>
  messages.filter(({ role }) => role === 'tool').length;
const reads = (...numbers: readonly number[]): unknown[] => [
  delta({
    tool_calls: numbers.map((n, index) => ({
      index,
      id: `c${n}`,
      function: { name: 'read_file', arguments: `{"path":"src/f${n}.ts"}` },
    })),
  }),
  finish('tool_calls'),
];
const estimateTokens = ({ messages }: WireRequest): number => JSON.stringify(messages).length / 4;

test('K3: thoughts are separate parts, in neither draft nor result, and a tool call between them is run', async () => {
  const { events, part } = await draftWith((response, request) =>
    stream(
      response,
      rounds(request) === 0
        ? [...says('<think>\nI should read f1, @someone said.\n</think>\n', null), ...reads(1)]
        : says(`<think>\nNow I know.\n</think>\n\n${COMMENT}`),
    ),
  );
  expect(resultOf(events).comment).toBe(COMMENT);
  expect(part('draft')).toBe(COMMENT);
  expect(part('thinking-1')).toBe('I should read f1, @someone said.\n');
  expect(part('thinking-2')).toBe('Now I know.\n');
  expect(ofType(events, 'tool:called')).toHaveLength(1);
});

test('K3: a draft that turns out to have been a thought starts again', async () => {
  const thought = 'Let me think about it at length. '.repeat(20);
  const { events, part } = await draftWith((response) =>
    stream(response, says(`${thought}\n</think>\n\n${COMMENT}`)),
  );
  expect(resultOf(events).comment).toBe(COMMENT);
  expect(part(/^thinking-/).trim()).toBe(thought.trim());
  const ends = ofType(events, 'token').filter(
    ({ data }) => data.part === 'draft' && data.isComplete,
  );
  expect(ends).toHaveLength(2);
});

test('K3: a tool call as text is run, and is not part of the draft', async () => {
  const words =
    '<tool_call>\n{"name": "read_file", "arguments": {"path": "src/f1.ts"}}\n</tool_call>';
  const { events, part, requests } = await draftWith((response, request) =>
    stream(response, says(rounds(request) === 0 ? words : COMMENT)),
  );
  expect([resultOf(events).comment, part('draft')]).toEqual([COMMENT, COMMENT]);
  expect(ofType(events, 'tool:returned').map(({ data }) => data.ok)).toEqual([true]);
  expect(requests.at(-1)?.messages.at(-2)).toMatchObject({
    role: 'assistant',
    content: null,
    tool_calls: [{ function: { name: 'read_file' } }],
  });
});

test('K3: a model whose call is unreadable gets a hint, and continues', async () => {
  const { events, requests } = await draftWith((response, _, count) =>
    stream(response, says(count === 1 ? '<tool_call>read f1</tool_call>' : COMMENT)),
  );
  expect(resultOf(events).comment).toBe(COMMENT);
  expect(requests.at(-1)?.messages.at(-1)?.content).toContain('cannot be read');
});

test('K3: a model that never writes fails once, with the reason', async () => {
  const { events } = await draftWith((response) => stream(response, reads(1)));
  expect(failureOf(events).message).toContain('keeps calling tools');
  expect(retryReasons(events)).toEqual([]);
});

test('K3: an endpoint that checks returned messages gets only JSON as arguments, and the model receives the error', async () => {
  const { events, requests } = await draftWith((response, request) => {
    for (const message of request.messages) {
      const { tool_calls: calls = [] } = callsSchema.parse(message);
      for (const { function: named } of calls) JSON.parse(named.arguments);
    }
    const broken = {
      index: 0,
      id: 'c',
      function: { name: 'read_file', arguments: '{"path":"src/f' },
    };
    stream(
      response,
      rounds(request) === 0 ? [delta({ tool_calls: [broken] }), finish('length')] : says(COMMENT),
    );
  });
  expect(resultOf(events).comment).toBe(COMMENT);
  expect(requests.at(-1)?.messages.at(-1)?.content).toContain('one JSON object');
});

test.each([128_000, 8_192])(
  'K3: tool results stay within a context of %s tokens, with a part of each call',
  async (contextTokens) => {
    const tooLong: number[] = [];
    const { events, requests } = await draftWith(
      (response, request, count) => {
        const size = estimateTokens(request);
        if (size > contextTokens) tooLong.push(size);
        const numbers = Array.from({ length: 8 }, (_, n) => (count * 8 + n) % 20);
        stream(response, request.tools === undefined ? says(COMMENT) : reads(...numbers));
      },
      { contextTokens },
    );
    expect(resultOf(events).comment).toBe(COMMENT);
    expect(tooLong).toEqual([]);
    expect(requests.length).toBeGreaterThanOrEqual(2);
    const results = requests[1]?.messages.filter(({ role }) => role === 'tool') ?? [];
    expect(results).toHaveLength(8);
    for (const { content } of results) expect(content).toContain(LINE);
    // An omitted part of a result is not a source.
    const shown = requests.at(-1)?.messages.filter(({ role }) => role === 'tool') ?? [];
    const lines = shown.map(
      ({ content }) =>
        String(content)
          .split('\n')
          .filter((line) => line.includes(LINE)).length,
    );
    const sourced = resultOf(events).sources.reduce(
      (sum, { lines: [from, to] }) => sum + to - from + 1,
      0,
    );
    expect(sourced).toBeLessThanOrEqual(lines.reduce((sum, count) => sum + count, 0));
  },
);

test('K3: when the endpoint finds the conversation too long, the oldest tool results are shortened once', async () => {
  const message = 'This model has a maximum context length of 20000 tokens.';
  const { events, requests } = await draftWith((response, request) => {
    if (estimateTokens(request) > 20_000) {
      sendJson(response, 400, { error: { message, code: 'context_length_exceeded' } });
      return;
    }
    stream(
      response,
      request.tools === undefined || rounds(request) >= 2 ? says(COMMENT) : reads(1, 2, 3),
    );
  });
  expect(resultOf(events).comment).toBe(COMMENT);
  expect(ofType(events, 'log:created').some(({ data }) => data.message.includes('shortened'))).toBe(
    true,
  );
  const results = requests.at(-1)?.messages.filter(({ role }) => role === 'tool') ?? [];
  expect(results[0]?.content).toContain('left out to make room');
});

test('K3: a conversation that remains too long ends with the endpoint’s own words', async () => {
  const { events, requests } = await draftWith((response, request) => {
    if (rounds(request) === 0) return stream(response, reads(1));
    return sendJson(response, 400, { error: { message: 'The prompt is too long.', type: 'x' } });
  });
  expect(failureOf(events)).toMatchObject({ code: 'model_rejected_request' });
  expect(failureOf(events).message).toContain('The prompt is too long.');
  expect(requests).toHaveLength(3);
});

test('K3: a limit that is used up before the first word fails once, with the reason', async () => {
  const { events, requests } = await draftWith((response) => stream(response, [finish('length')]));
  expect(failureOf(events).message).toContain('used up before its first word');
  expect(requests).toHaveLength(1);
});

test('K3: a partial draft is never reported as finished, and attempts are some seconds apart', async () => {
  const { events } = await draftWith((response, _, count) =>
    stream(response, count === 1 ? says('The timer is started in', '') : says(COMMENT), {
      done: count > 1,
    }),
  );
  expect(resultOf(events).comment).toBe(COMMENT);
  expect(retryReasons(events)).toEqual(['model_bad_response']);
});

test('K3: the answer of a role is found after thoughts, between sentences, in a fence', async () => {
  await using model = await startHabitualModel((response, { messages }) => {
    const system = String(messages[0]?.content);
    const json = system.includes('triager')
      ? '{"kind":"bug","severity":"low","summary":"A timer."}'
      : '{"approved":true,"remarks":[]}';
    const isJson = /triager of|critic of/.test(system);
    stream(
      response,
      says(
        isJson
          ? `<think>\n{"kind":"other"}\n</think>\nHere it is:\n\`\`\`json\n${json}\n\`\`\`\nBye.`
          : COMMENT,
      ),
    );
  });
  await using folder = await scratchFolder(files);
  await using harness = await openHarness({ changes: { openai: model.options } });
  const events = await harness.review({ kind: 'local', issue: ISSUE, path: folder.path });
  const last = events.at(-1);
  expect(last?.type === 'workflow:completed' ? last.data.result : last).toMatchObject({
    comment: COMMENT,
    approved: true,
    triage: { kind: 'bug' },
  });
  const thoughts = ofType(events, 'token').filter(({ data }) =>
    data.part.startsWith('thinking-triager-'),
  );
  expect(thoughts.length).toBeGreaterThan(0);
});

import { decodeEvent } from '@runtape/events';
import { makeEvent, makeToken, TestLog } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { newRequest } from './requests.ts';
import { type Frame, readAll, readFrames } from './read-frames.ts';
import { startApi } from './start-api.ts';

type Started = ReturnType<typeof startApi>;

const inStep = (step: string) => ({ metadata: { attempt: 1, step } });
const usage = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };
const completed = (result: z.infer<ReturnType<typeof z.json>>) =>
  makeEvent('workflow:completed', { durationMs: 9, usage, cost: 0.5, result });
const failed = makeEvent('workflow:failed', {
  durationMs: 9,
  error: { code: 'model_unavailable', message: 'The model does not answer. Try again later.' },
});
const retrying = makeEvent('workflow:retrying', {
  attempt: 2,
  maxAttempts: 3,
  inMs: 0,
  reason: { code: 'worker_lost', message: 'The worker went away.' },
});
const secondAttempt = makeEvent('workflow:running', { attempt: 2, maxAttempts: 3 });

function open({ api }: Started, testLog: TestLog, query: string, lastEventId?: string) {
  const headers = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId };
  return api.fetch(newRequest(`/api/workflows/${testLog.workflowId}/events?${query}`, { headers }));
}

const dataSchema = z.record(z.string(), z.unknown());
const dataOf = ({ data = '' }: Frame) => dataSchema.parse(JSON.parse(data));
const dataFrames = (frames: readonly Frame[]) => frames.filter(({ data }) => data !== undefined);

async function read(started: Started, testLog: TestLog, query: string, lastEventId?: string) {
  return dataFrames(await readAll(await open(started, testLog, query, lastEventId)));
}

const simpleSchema = z.object({
  type: z.string(),
  data: z.object({ content: z.string(), replace: z.boolean().optional() }),
});

/** The text that a reader of the simple format shows if it follows docs/protocol.md. */
function simpleText(frames: readonly Frame[]): string {
  let text = '';
  for (const frame of frames) {
    const { type, data } = simpleSchema.parse(dataOf(frame));
    if (type === 'llm_response') text = data.replace === true ? data.content : text + data.content;
  }
  return text;
}

/** The text that a reader of the thread format shows. */
function threadText(frames: readonly Frame[]): string {
  const schema = z.object({ type: z.string(), content: z.string() });
  let text = '';
  for (const { type, content } of frames.map((frame) => schema.parse(dataOf(frame)))) {
    if (type === 'token') text += content;
    if (type === 'delta') text = content;
  }
  return text;
}

const readers = [
  ['simple', simpleText],
  ['thread', threadText],
] as const;

describe('B2: format=simple', () => {
  test('is llm_response and complete, each {type, data: {content}, timestamp}, with event and id', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.status('reading');
    await testLog.append(makeToken('Hello '), makeToken('world'));
    await testLog.append(completed({ comment: 'Hello world' }));
    const frames = await read(started, testLog, 'format=simple');
    expect(frames.map(({ event, id }) => [event, id])).toEqual([
      ['llm_response', testLog.idOf(3)],
      ['complete', testLog.idOf(4)],
    ]);
    const timestamp = '2026-01-02T03:04:05.678Z';
    expect(frames.map(dataOf)).toEqual([
      { type: 'llm_response', data: { content: 'Hello world', part: 'draft' }, timestamp },
      { type: 'complete', data: { content: 'Hello world' }, timestamp },
    ]);
  });

  test.each([
    ['the comment', { comment: 'C' }, 'C'],
    ['the answer', { answer: 'A', model: 'm' }, 'A'],
    ['a text', 'T', 'T'],
    ['nothing', null, ''],
    ['anything else as JSON', { n: 1 }, '{"n":1}'],
  ])('complete contains the whole text: %s', async (_name, result, content) => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.append(completed(result));
    const [last] = await read(started, testLog, 'format=simple');
    expect(last && dataOf(last)).toMatchObject({ type: 'complete', data: { content } });
  });

  test('B5 D4: a failure and a cancel are an error after all text so far', async () => {
    await using started = startApi();
    const fails = await TestLog.create(started.log);
    await fails.append(makeToken('so far'), failed);
    const frames = await read(started, fails, 'format=simple');
    expect(frames.map(dataOf)).toMatchObject([
      { type: 'llm_response', data: { content: 'so far' } },
      {
        type: 'error',
        data: { content: 'The model does not answer. Try again later.', code: 'model_unavailable' },
      },
    ]);
    const stops = await TestLog.create(started.log);
    await stops.append(makeEvent('workflow:cancelled', { durationMs: 1, reason: 'wrong issue' }));
    const [last] = await read(started, stops, 'format=simple');
    expect(last && dataOf(last)).toMatchObject({
      type: 'error',
      data: { content: 'The workflow was cancelled: wrong issue', code: 'cancelled' },
    });
  });

  test('parts of text are distinguished by name', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.append(
      makeToken('one', { part: 'draft' }),
      makeToken('two', { part: 'draft-2' }),
    );
    await testLog.append(completed({ comment: 'two' }));
    const parts = (await read(started, testLog, 'format=simple')).map(
      (frame) => dataOf(frame)['data'],
    );
    expect(parts).toMatchObject([{ part: 'draft' }, { part: 'draft-2' }, { content: 'two' }]);
  });
});

describe('thoughts of a model', () => {
  test.each(readers)(
    'K3: %s: are left out, and so is text that turned out to be a thought',
    async (format, textOf) => {
      await using started = startApi();
      const testLog = await TestLog.create(started.log);
      const restart = makeEvent('token', {
        part: 'draft',
        content: '',
        isComplete: true,
        metadata: { finishReason: 'restarted' },
      });
      await testLog.append(
        makeToken('Hm. ', { part: 'thinking-1' }),
        makeToken('Was thought.', { part: 'draft' }),
      );
      const response = await open(started, testLog, `format=${format}`);
      const seen: Frame[] = [];
      let isRestarted = false;
      for await (const frame of readFrames(response)) {
        if (frame.data === undefined) continue;
        seen.push(frame);
        if (!isRestarted && textOf(seen) === 'Was thought.') {
          isRestarted = true;
          await testLog.append(restart, makeToken('It is so.', { part: 'draft' }));
        }
        if (textOf(seen) === 'It is so.' && testLog.tail === 4)
          await testLog.append(completed({ comment: 'It is so.' }));
      }
      expect(textOf(seen)).toBe('It is so.');
      expect(JSON.stringify(seen)).not.toContain('Hm. ');
      expect(textOf(await read(started, testLog, `format=${format}`))).toBe('It is so.');
    },
  );
});

describe('text that a retry discarded', () => {
  async function retriedTape({ log }: Started): Promise<TestLog> {
    const testLog = await TestLog.create(log);
    await testLog.append(
      makeEvent('step:started', { step: 'plan' }, inStep('plan')),
      makeToken('Plan. ', { part: 'draft' }, inStep('plan')),
      makeEvent('step:completed', { step: 'plan', durationMs: 1 }, inStep('plan')),
      makeEvent('step:started', { step: 'write' }, inStep('write')),
      makeToken('Half a sent', { part: 'draft' }, inStep('write')),
    );
    return testLog;
  }

  test.each(readers)(
    '%s: is removed for a reader that received it live',
    async (format, textOf) => {
      await using started = startApi();
      const testLog = await retriedTape(started);
      const response = await open(started, testLog, `format=${format}`);
      const seen: Frame[] = [];
      for await (const frame of readFrames(response)) {
        if (frame.data === undefined) continue;
        seen.push(frame);
        if (textOf(seen) === 'Plan. Half a sent') await testLog.append(retrying, secondAttempt);
        if (textOf(seen) === 'Plan. ' && seen.length > 2 && testLog.tail === 7) {
          await testLog.append(makeToken('Whole.', { part: 'draft' }, inStep('write')));
          await testLog.append(completed({ comment: 'Plan. Whole.' }));
        }
      }
      expect(textOf(seen)).toBe('Plan. Whole.');
    },
  );

  test.each(readers)(
    '%s: is not sent to a reader that joins late or reconnects',
    async (format, textOf) => {
      await using started = startApi();
      const testLog = await retriedTape(started);
      await testLog.append(retrying, secondAttempt);
      await testLog.append(makeToken('Whole.', { part: 'draft' }, inStep('write')));
      await testLog.append(completed({ comment: 'Plan. Whole.' }));
      const late = await read(started, testLog, `format=${format}`);
      expect(textOf(late)).toBe('Plan. Whole.');
      // Interrupted after any frame, the frames before and after it make up the same text.
      for (let length = 1; length < late.length; length += 1) {
        const before = late.slice(0, length);
        const cursor = before.findLast(({ id }) => id !== undefined)?.id;
        const rest = await read(started, testLog, `format=${format}`, cursor);
        expect(textOf([...before, ...rest])).toBe('Plan. Whole.');
      }
    },
  );

  test.each(readers)('%s: nor is it doubled by a reset', async (format, textOf) => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.append(makeToken('All of it.'));
    await testLog.append(completed({ comment: 'All of it.' }));
    const frames = await read(started, testLog, `format=${format}`, 'otherlog-3');
    expect(textOf([...(await read(started, testLog, `format=${format}`)), ...frames])).toBe(
      'All of it.',
    );
    expect(frames.at(-1)?.id).toBe(testLog.idOf(2));
  });
});

describe('C7: format=thread', () => {
  test('is {type, threadId, content, ts}: status, token, then done', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.status('Reading the issue');
    await testLog.append(makeToken('Hi'), completed({ answer: 'Hi' }));
    const { workflowId } = testLog;
    const frames = await read(started, testLog, 'format=thread');
    expect(frames.map(({ event }) => event)).toEqual(['status', 'token', 'done']);
    const ts = Date.parse('2026-01-02T03:04:05.678Z');
    const shared = { threadId: workflowId, workflowId, ts };
    expect(frames.map(dataOf)).toEqual([
      { type: 'status', content: 'Reading the issue', stage: 'working', ...shared },
      { type: 'token', content: 'Hi', part: 'draft', ...shared },
      { type: 'done', content: 'Hi', ...shared },
    ]);
  });

  test('names the thread of the workflow', async () => {
    await using started = startApi();
    const { workflowId } = await started.caller.startComment({
      target: { kind: 'sample', name: 'doubled' },
      threadId: 'talk-7',
    });
    await started.caller.cancelWorkflow({ workflowId });
    const response = await started.api.fetch(
      newRequest(`/api/workflows/${workflowId}/events?format=thread`),
    );
    const frames = dataFrames(await readAll(response));
    expect(frames.map(dataOf).at(-1)).toMatchObject({
      type: 'error',
      threadId: 'talk-7',
      content: 'The workflow was cancelled.',
      code: 'cancelled',
    });
  });

  test('E2: reports pauses and resumes, and what agents and budgets do', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.append(
      makeEvent('workflow:started', {
        workflow: 'reviewIssue',
        title: 'A title',
        target: 'o/r#1',
        budget: { usd: 0.5, tokens: 100 },
      }),
      makeEvent('workflow:paused', {}),
      makeEvent('workflow:resumed', {}),
      makeEvent('agent:started', { agentId: 'w', name: 'Writer', role: 'writer' }),
      makeEvent('agent:progress', { agentId: 'w', progress: 0.5 }),
      makeEvent('budget:warning', { unit: 'tokens', spent: 80, limit: 100 }),
      makeEvent('budget:exceeded', { unit: 'usd', spent: 0.5, limit: 0.5, isAtLeast: true }),
      completed(null),
    );
    const frames = await read(started, testLog, 'format=thread');
    expect(frames.map((frame) => dataOf(frame)['content'])).toEqual([
      'Started: A title (may spend 0.5 US dollars and 100 tokens)',
      'Paused.',
      'Resumed; waiting for a worker.',
      'Writer (writer) began.',
      'Most of the budget is spent: 80 of 100 tokens.',
      'All of the budget is spent: at least 0.5 of 0.5 US dollars.',
      '',
    ]);
  });
});

describe('D1 D2: format=chat', () => {
  test('is status, then final with the result', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.status('Searching');
    await testLog.append(makeToken('Because.'), completed({ answer: 'Because.' }));
    const frames = await read(started, testLog, 'format=chat');
    expect(frames.map(({ event }) => event)).toEqual(['status', 'final']);
    const { workflowId } = testLog;
    expect(frames.map(dataOf)).toMatchObject([
      { type: 'status', workflowId, stage: 'working', description: 'Searching' },
      { type: 'final', workflowId, result: { answer: 'Because.' }, usage, cost: 0.5 },
    ]);
  });

  test('D4: an error contains the answer so far, and a link to its explanation', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.append(makeToken('Because', { part: 'answer' }), failed);
    const [last, ...none] = await read(started, testLog, 'format=chat');
    expect(none).toEqual([]);
    expect(last).toMatchObject({ event: 'error', id: testLog.idOf(2) });
    expect(last && dataOf(last)).toMatchObject({
      type: 'error',
      error: { code: 'model_unavailable', docs: 'docs/errors/model_unavailable.md' },
      partial: 'Because',
    });
  });

  test('reports that it is being retried', async () => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.append(retrying, completed(null));
    const [status] = await read(started, testLog, 'format=chat');
    expect(status && dataOf(status)).toMatchObject({
      stage: 'retrying',
      description: 'The worker went away. Attempt 2 of 3 follows.',
    });
  });
});

describe('D2: every format', () => {
  const formats = ['native', 'simple', 'thread', 'chat'] as const;

  test.each(formats)(
    '%s: B3: 204 for a reader that has the end, whose id every format contains',
    async (format) => {
      await using started = startApi();
      const testLog = await TestLog.ended(started.log, 'x');
      const last = (await read(started, testLog, `format=${format}`)).at(-1);
      expect(last?.id).toBe(testLog.idOf(2));
      const again = await open(started, testLog, `format=${format}`, last?.id);
      expect(again.status).toBe(204);
    },
  );

  test.each(formats)(
    '%s: replay=snapshot of an ended workflow ends in its terminal frame',
    async (format) => {
      await using started = startApi();
      const testLog = await TestLog.create(started.log);
      await testLog.append(makeToken('Text.'), completed({ comment: 'Text.' }));
      const frames = await read(started, testLog, `format=${format}&replay=snapshot`);
      const ends = { native: 'workflow:state', simple: 'complete', thread: 'done', chat: 'final' };
      expect(frames.at(-1)).toMatchObject({ event: ends[format], id: testLog.idOf(2) });
    },
  );

  test.each(readers)('%s: replay=snapshot has the text', async (format, textOf) => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    await testLog.append(makeToken('Text.'), completed({ comment: 'Text.' }));
    expect(textOf(await read(started, testLog, `format=${format}&replay=snapshot`))).toBe('Text.');
  });

  test.each(formats)('%s: events unknown to every version of it are ignored', async (format) => {
    await using started = startApi();
    const testLog = await TestLog.create(started.log);
    const { timestamp } = retrying;
    await testLog.append(
      decodeEvent({ type: 'sparkle\ndata: x', data: [1], timestamp }),
      completed(null),
    );
    const frames = await read(started, testLog, `format=${format}`);
    expect(frames).toHaveLength(format === 'native' ? 2 : 1);
    expect(frames.at(-1)?.id).toBe(testLog.idOf(2));
  });

  test.each([
    ['format=xml', 'format: "xml" is no format. There are: native, simple, thread, chat.'],
    ['replay=all', 'replay: "all" is no replay. There are: snapshot, events.'],
    [
      'types=token,tok:ens',
      /^types\[1\]: "tok:ens" is not an event type\. Built-in types are: .*token/,
    ],
    ['types=', /^types\[0\]: "" is not an event type/],
    ['format=native&format=chat', /^format: "native,chat" is no format/],
  ])(
    'E15 B5: %s is a 400 that lists the valid values, before any stream opens',
    async (query, message) => {
      await using started = startApi();
      const testLog = await TestLog.ended(started.log, 'x');
      const response = await open(started, testLog, query);
      expect(response.status).toBe(400);
      expect(response.headers.get('content-type')).toContain('application/json');
      const { error } = z
        .object({ error: z.object({ code: z.string(), message: z.string(), docs: z.string() }) })
        .parse(await response.json());
      expect(error).toMatchObject({ code: 'invalid_input', docs: 'docs/errors/invalid_input.md' });
      expect(error.message).toMatch(message);
    },
  );
});

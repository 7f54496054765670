import { describe, expect, test } from 'vitest';
import type { EmittedEvent, WorkflowSnapshot } from '@runtape/events';
import { thoughtsOf } from '@runtape/workflow-state';
import { currentDraft, draftText } from '@runtape/github-workflows/contract';
import {
  agentStarted,
  cancelled,
  entriesOf,
  failed,
  foldAll,
  idOf,
  running,
  started,
  stepCompleted,
  stepStarted,
  timeOf,
  token,
  toolCalled,
  toolReturned,
} from './entries.ts';

const progressOf = (news: object): EmittedEvent => ({
  type: 'agent:progress',
  data: { agentId: 'a1', ...news },
});

const logLine = (index: number): EmittedEvent => ({
  type: 'log:created',
  data: { level: 'info', message: `log ${index}`, fields: { index } },
});

const statusLine = (index: number): EmittedEvent => ({
  type: 'status',
  data: { stage: 'reading', message: `status ${index}` },
});

describe('parts', () => {
  test('K3: a text that turns out to be a thought starts again, and thoughts are separate', () => {
    const piece = (part: string, content: string, more: object = {}): EmittedEvent => ({
      type: 'token',
      data: { part, content, isComplete: false, ...more },
    });
    const restart = piece('draft', '', {
      isComplete: true,
      metadata: { finishReason: 'restarted' },
    });
    const state = foldAll(
      entriesOf(
        piece('thinking-1', 'Hm.', { isComplete: true }),
        piece('draft', 'Let me see.'),
        restart,
        piece('draft', ''),
        piece('thinking-writer-1', 'Let me see.', { isComplete: true }),
        piece('draft', 'It is so.'),
      ),
    );
    expect(draftText(state)).toBe('It is so.');
    expect(thoughtsOf(state).map(({ text }) => text)).toEqual(['Hm.', 'Let me see.']);
    expect(draftText(foldAll(entriesOf(piece('draft', 'Hm.'), restart)))).toBe('');
  });

  test('texts of different parts grow independently', () => {
    const { parts } = foldAll(
      entriesOf(
        token('a'),
        token('x', false, 'notes'),
        token('b', true),
        token('y', true, 'notes'),
      ),
    );
    expect(parts).toEqual([
      { part: 'draft', text: 'ab', isComplete: true },
      { part: 'notes', text: 'xy', isComplete: true },
    ]);
  });

  test('a part that starts again after its end is a new text, and the draft is the latest', () => {
    const entries = entriesOf(token('first', true), token('sec'), token('ond'));
    expect(foldAll(entries).parts.map(({ text }) => text)).toEqual(['first', 'second']);
    expect(draftText(foldAll(entries.slice(0, 1)))).toBe('first');
    expect(draftText(foldAll(entries))).toBe('second');
  });

  test('a draft that grows over two steps reads as one text', () => {
    const state = foldAll(
      entriesOf(
        [token('An earlier one.', true), { step: 'one' }],
        [token('Hello '), { step: 'one' }],
        [token('world', true), { step: 'two' }],
      ),
    );
    expect(state.parts).toHaveLength(3);
    expect(draftText(state)).toBe('Hello world');
  });

  test('E2: a draft in versions reads as the newest, and after an early end as the last complete one', () => {
    const entries = entriesOf(
      token('one', true),
      token('two', true, 'draft-2'),
      token('Let me see', true, 'draft-notes'),
      token('thr', false, 'draft-10'),
    );
    const seen = entries.map((_, index) => draftText(foldAll(entries.slice(0, index + 1))));
    expect(seen).toEqual(['one', 'two', 'two', 'thr']);
    expect(currentDraft(foldAll(entries))).toEqual({ version: 10, text: 'thr', isComplete: false });
    const stopped = foldAll(
      entriesOf(token('one', true), token('tw', false, 'draft-2'), cancelled),
    );
    expect(currentDraft(stopped)).toEqual({ version: 1, text: 'one', isComplete: true });
    expect(stopped.parts.at(-1)?.text).toBe('tw');
    expect(draftText(foldAll(entriesOf(token('on'), cancelled)))).toBe('on');
  });

  test('the draft is empty before its first token', () => {
    expect(draftText(foldAll(entriesOf(token('x', true, 'notes'))))).toBe('');
  });
});

describe('F3: the outputs of tools', () => {
  const large = (callId: string, length: number): EmittedEvent => {
    const returned = toolReturned(callId);
    if (returned.type !== 'tool:returned') throw new Error('It is another event.');
    return { ...returned, data: { ...returned.data, output: 'x'.repeat(length) } };
  };
  const log = entriesOf(
    ...[600_000, 0, 700_000, 800_000, 400_000, 700_000].map((length, index) =>
      large(`c${index}`, length),
    ),
  );
  const kept = ({ tools }: WorkflowSnapshot) =>
    tools.map(({ output, truncated }) => [output.length, truncated]);

  test('are kept for the latest calls, up to a limit; older ones are marked as truncated', () => {
    expect(kept(foldAll(log.slice(0, 3)))).toEqual([
      [600_000, false],
      [0, false],
      [700_000, false],
    ]);
    expect(kept(foldAll(log))).toEqual([
      [0, true],
      [0, false],
      [0, true],
      [800_000, false],
      [400_000, false],
      [700_000, false],
    ]);
  });

  test('are the same wherever the fold was interrupted', () => {
    for (const cut of log.keys()) {
      expect(foldAll(log.slice(cut), foldAll(log.slice(0, cut)))).toStrictEqual(foldAll(log));
    }
  });

  test('do not change anything else', () => {
    const before = foldAll(log.slice(0, 5));
    const after = foldAll(log.slice(5), before);
    expect(after.tools[3]).toBe(before.tools[3]);
  });
});

describe('tools', () => {
  test('A6: a call runs until it returns', () => {
    const entries = entriesOf([toolCalled('c1'), { step: 'look' }], toolReturned('c1'));
    const expected = {
      callId: 'c1',
      name: 'search',
      arguments: { text: 'cursor' },
      status: 'running',
      summary: '',
      output: '',
      truncated: false,
      startedAt: timeOf(1),
      durationMs: null,
      step: 'look',
    };
    expect(foldAll(entries.slice(0, 1)).tools).toEqual([expected]);
    expect(foldAll(entries).tools).toEqual([
      {
        ...expected,
        status: 'ok',
        summary: '2 matches in 1 file',
        output: 'a.ts:1',
        durationMs: 7,
      },
    ]);
  });

  test('calls with a repeated id from a model are separate calls', () => {
    const { tools } = foldAll(
      entriesOf(toolCalled('c0'), toolReturned('c0'), toolCalled('c0'), toolReturned('c0', false)),
    );
    expect(tools.map(({ status }) => status)).toEqual(['ok', 'failed']);
  });

  test('concurrent calls with one id all return', () => {
    const { tools } = foldAll(
      entriesOf(toolCalled('c0'), toolCalled('c0'), toolReturned('c0'), toolReturned('c0')),
    );
    expect(tools.map(({ status }) => status)).toEqual(['ok', 'ok']);
  });

  test('E15: a return without its call is still shown', () => {
    const { tools } = foldAll(entriesOf(toolReturned('c1')));
    expect(tools).toEqual([
      expect.objectContaining({ callId: 'c1', status: 'ok', arguments: null }),
    ]);
  });
});

describe('agents', () => {
  test('E5: progress carries only what changed', () => {
    const { agents } = foldAll(
      entriesOf(
        agentStarted('a1'),
        progressOf({ message: 'Reading', step: 1, steps: 3, cost: 0.1 }),
        progressOf({ progress: 0.5 }),
        progressOf({ step: 2, cost: null }),
      ),
    );
    expect(agents).toEqual([
      {
        agentId: 'a1',
        name: 'Ada',
        role: 'writer',
        status: 'running',
        message: 'Reading',
        step: 2,
        steps: 3,
        iteration: null,
        progress: 0.5,
        startedAt: timeOf(1),
        durationMs: null,
        usage: null,
        cost: null,
        error: null,
      },
    ]);
  });

  test('E1: an agent completes or fails', () => {
    const error = { code: 'critic_failed', message: 'The critic gave no answer.' };
    const { agents } = foldAll(
      entriesOf(
        agentStarted('a1'),
        agentStarted('a2'),
        {
          type: 'agent:completed',
          data: { agentId: 'a1', durationMs: 9, usage: null, cost: 0.3, summary: 'Wrote it.' },
        },
        { type: 'agent:failed', data: { agentId: 'a2', durationMs: 8, error } },
      ),
    );
    expect(agents).toEqual([
      expect.objectContaining({
        agentId: 'a1',
        status: 'completed',
        message: 'Wrote it.',
        cost: 0.3,
      }),
      expect.objectContaining({ agentId: 'a2', status: 'failed', error }),
    ]);
  });

  test('an agent that starts again is reset in its place', () => {
    const { agents } = foldAll(
      entriesOf(agentStarted('a1'), agentStarted('a2'), agentStarted('a1')),
    );
    expect(agents.map(({ agentId, startedAt }) => [agentId, startedAt])).toEqual([
      ['a1', timeOf(3)],
      ['a2', timeOf(2)],
    ]);
  });

  test('E15: events of an agent that never started are ignored', () => {
    const { agents } = foldAll(
      entriesOf({ type: 'agent:progress', data: { agentId: 'ghost', message: 'Boo' } }),
    );
    expect(agents).toEqual([]);
  });
});

test.each([
  ['failure', failed],
  ['cancel', cancelled],
])('E1: a %s reports the spending; an older log does not', (_, end) => {
  const usage = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };
  if (end.type !== 'workflow:failed' && end.type !== 'workflow:cancelled')
    throw new Error('No end.');
  const told = { ...end, data: { ...end.data, usage, cost: 0.5 } };
  expect(foldAll(entriesOf(Object.assign({}, end, told)))).toMatchObject({ usage, cost: 0.5 });
  expect(foldAll(entriesOf(end))).toMatchObject({ usage: null, cost: null });
});

test('steps run and complete', () => {
  const { steps } = foldAll(
    entriesOf(started, running(), stepStarted('read'), stepCompleted('read'), stepStarted('draft')),
  );
  expect(steps).toEqual([
    { step: 'read', status: 'completed', startedAt: timeOf(3), durationMs: 12 },
    { step: 'draft', status: 'running', startedAt: timeOf(5), durationMs: null },
  ]);
});

test('E5: the last 200 logs and the last 200 statuses are kept', () => {
  const { logs, statuses } = foldAll(
    entriesOf(
      ...Array.from({ length: 203 }, (_, index) => logLine(index)),
      ...Array.from({ length: 203 }, (_, index) => statusLine(index)),
    ),
  );
  expect(logs).toHaveLength(200);
  expect(logs[0]).toEqual({ id: idOf(4), at: timeOf(4), level: 'info', message: 'log 3' });
  expect(logs.at(-1)?.message).toBe('log 202');
  expect(statuses.map(({ message }) => message)).toEqual(
    Array.from({ length: 200 }, (_, index) => `status ${index + 3}`),
  );
});

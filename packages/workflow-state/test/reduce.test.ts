import { decodeEvent } from '@runtape/events';
import { describe, expect, test } from 'vitest';
import { initialState, reduce, WorkflowStateError } from '@runtape/workflow-state';
import {
  agentStarted,
  cancelled,
  completed,
  entriesOf,
  entryOf,
  failed,
  foldAll,
  idOf,
  running,
  started,
  stepStarted,
  timeOf,
  token,
  toolCalled,
  toolReturned,
  WORKFLOW_ID,
} from './entries.ts';

describe('a workflow from its start to its end', () => {
  test('A6: start, status, text and result show as they arrive', () => {
    const state = foldAll(
      entriesOf(
        started,
        running(),
        {
          type: 'status',
          data: {
            stage: 'issue_read',
            message: 'Read the issue.',
            progress: 1,
            subject: { title: 'Tokens arrive twice', url: 'https://example.org/issues/1' },
          },
        },
        { type: 'status', data: { stage: 'drafting', message: 'Writing.' } },
        token('Hello '),
        token('world', true),
        completed,
      ),
    );
    expect(state).toEqual({
      ...initialState(WORKFLOW_ID),
      cursor: idOf(7),
      status: 'completed',
      workflow: 'commentOnIssue',
      title: 'Tokens arrive twice',
      target: 'sample:doubled',
      url: 'https://example.org/issues/1',
      attempt: 1,
      maxAttempts: 3,
      statuses: [
        {
          id: idOf(3),
          at: timeOf(3),
          stage: 'issue_read',
          message: 'Read the issue.',
          progress: 1,
        },
        { id: idOf(4), at: timeOf(4), stage: 'drafting', message: 'Writing.' },
      ],
      parts: [{ part: 'draft', text: 'Hello world', isComplete: true }],
      usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
      cost: 0.002,
      startedAt: timeOf(1),
      updatedAt: timeOf(7),
      endedAt: timeOf(7),
      result: { comment: 'Done.' },
    });
  });

  test('E14: a pause shows until the resume', () => {
    const paused = foldAll(
      entriesOf(started, running(), { type: 'workflow:paused', data: { by: 'ada' } }),
    );
    expect(paused.status).toBe('paused');
    const resumed = reduce(paused, entryOf(4, { type: 'workflow:resumed', data: {} }));
    expect(resumed.status).toBe('queued');
  });

  test('E2: a budget warns, then is exceeded', () => {
    const data = { unit: 'usd', spent: 0.8, limit: 1 } as const;
    const warned = foldAll(entriesOf(started, { type: 'budget:warning', data }));
    expect(warned.budget).toEqual({ state: 'warning', ...data });
    const stopped = foldAll(
      entriesOf(started, { type: 'budget:exceeded', data: { ...data, spent: 1 } }),
    );
    expect(stopped.budget).toEqual({ state: 'exceeded', ...data, spent: 1 });
  });
});

describe('the cursor', () => {
  const entries = entriesOf(started, running(), token('a'));

  test('F1: an entry at or before the cursor changes nothing, not even the object identity', () => {
    const state = foldAll(entries);
    for (const entry of entries) expect(reduce(state, entry)).toBe(state);
  });

  test('F3: a merged entry moves the cursor past all entries that it contains', () => {
    const state = foldAll(entries);
    const next = reduce(state, entryOf(90, token('bcd')));
    expect(next.cursor).toBe(idOf(90));
    expect(reduce(next, entryOf(50, token('c')))).toBe(next);
  });

  test('an event of a type that is not built in moves the cursor only', () => {
    const state = foldAll(entries);
    const next = reduce(state, {
      id: idOf(4),
      event: decodeEvent({
        type: 'mood:changed',
        data: { mood: 'good' },
        timestamp: timeOf(9),
      }),
    });
    expect(next).toEqual({ ...state, cursor: idOf(4) });
  });

  test('F2: an entry of another incarnation is refused', () => {
    const state = foldAll(entries);
    const stranger = { ...entryOf(4, token('b')), id: idOf(4, 'other123') };
    const refused = (): unknown => reduce(state, stranger);
    expect(refused).toThrow(WorkflowStateError);
    expect(refused).toThrow(
      expect.objectContaining({ code: 'other_incarnation', workflowId: WORKFLOW_ID }),
    );
  });
});

test('parts that an entry does not change keep their identity', () => {
  const before = foldAll(
    entriesOf(
      started,
      running(),
      stepStarted('draft'),
      agentStarted('a1'),
      toolCalled('c1'),
      toolReturned('c1'),
      { type: 'log:created', data: { level: 'info', message: 'ready' } },
      token('notes', true, 'notes'),
      token('Hello'),
    ),
  );
  const after = reduce(before, entryOf(10, token(' world')));
  const changed = Object.entries(after).filter(
    ([field, value]) => !Object.is(value, Reflect.get(before, field)),
  );
  expect(changed.map(([field]) => field)).toEqual(['cursor', 'parts', 'updatedAt']);
  expect(after.parts[0]).toBe(before.parts[0]);
});

describe('the end', () => {
  const cut = [
    started,
    running(),
    stepStarted('draft'),
    agentStarted('a1'),
    toolCalled('c1'),
    token('Hello'),
  ] as const;

  test.each([
    ['failed', failed],
    ['cancelled', cancelled],
  ] as const)('F4: nothing is in progress after workflow:%s, and the text stays', (status, end) => {
    const state = foldAll(entriesOf(...cut, end));
    expect(state.status).toBe(status);
    expect(state.endedAt).toBe(timeOf(7));
    expect(state.steps).toEqual([
      { step: 'draft', status: 'failed', startedAt: timeOf(3), durationMs: 4000 },
    ]);
    expect(state.agents[0]).toMatchObject({ status: 'failed', durationMs: 3000 });
    expect(state.tools[0]).toMatchObject({
      status: 'failed',
      summary: 'The workflow ended before this call returned.',
      durationMs: 2000,
    });
    expect(state.parts).toEqual([{ part: 'draft', text: 'Hello', isComplete: false }]);
  });

  test('B5: a failure shows its cause, also on the agent it stopped', () => {
    const state = foldAll(entriesOf(...cut, failed));
    const error = { code: 'model_not_found', message: 'Choose another model.' };
    expect(state.error).toEqual(error);
    expect(state.agents[0]?.error).toEqual(error);
  });

  test('F4: a cancellation shows by whom and why, and is not an error', () => {
    const state = foldAll(entriesOf(...cut, cancelled));
    expect(state.cancelled).toEqual({ by: 'ada', reason: 'Wrong issue.' });
    expect(state.error).toBeNull();
    expect(state.agents[0]?.error).toBeNull();
  });

  test('an agent that did not report its end is completed with its workflow', () => {
    const state = foldAll(entriesOf(...cut, completed));
    expect(state.agents[0]).toMatchObject({ status: 'completed', error: null });
  });

  test('whatever had finished before stays the same', () => {
    const before = foldAll(
      entriesOf(started, running(), toolCalled('c1'), toolReturned('c1', false)),
    );
    expect(reduce(before, entryOf(5, failed)).tools).toBe(before.tools);
  });
});

import { describe, expect, test } from 'vitest';
import type { EmittedEvent, EventMetadata } from '@runtape/events';
import { reduce } from '@runtape/workflow-state';
import { draftText } from '@runtape/github-workflows/contract';
import {
  agentStarted,
  entriesOf,
  entryOf,
  foldAll,
  retrying,
  running,
  started,
  stepCompleted,
  stepStarted,
  timeOf,
  token,
  toolCalled,
  toolReturned,
} from './entries.ts';

const within =
  (step: string) =>
  (emitted: EmittedEvent): readonly [EmittedEvent, EventMetadata] => [
    emitted,
    { attempt: 1, step },
  ];

const inRead = within('read');
const inDraft = within('draft');
const log: EmittedEvent = { type: 'log:created', data: { level: 'info', message: 'Drafting.' } };
const status: EmittedEvent = { type: 'status', data: { stage: 'drafting', message: 'Drafting.' } };

/** One step completed; the next one was cut off in the middle of its text. */
const cutOff = entriesOf(
  started,
  running(1),
  inRead(stepStarted('read')),
  inRead(toolCalled('r1')),
  inRead(toolReturned('r1')),
  inRead(agentStarted('reader')),
  inRead(token('Notes.', true, 'notes')),
  inRead(stepCompleted('read')),
  inDraft(stepStarted('draft')),
  inDraft(status),
  inDraft(log),
  inDraft(agentStarted('writer')),
  inDraft(toolCalled('d1')),
  inDraft(toolReturned('d1')),
  inDraft(toolCalled('d2')),
  inDraft(token('Hel')),
);

const afterCut = foldAll(cutOff);
const then = (emitted: EmittedEvent): typeof afterCut => reduce(afterCut, entryOf(17, emitted));

describe.each([
  ['workflow:retrying', retrying(2)],
  ['workflow:running of a new attempt', running(2)],
] as const)('F5: on %s', (_, event) => {
  const state = then(event);

  test('the output of the unfinished step is gone', () => {
    expect(draftText(afterCut)).toBe('Hel');
    expect(draftText(state)).toBe('');
    expect(state.tools.map(({ callId }) => callId)).toEqual(['r1']);
    expect(state.agents.map(({ agentId }) => agentId)).toEqual(['reader']);
  });

  test('the output of the completed step stays', () => {
    expect(state.parts).toEqual([
      { part: 'notes', text: 'Notes.', isComplete: true, step: 'read' },
    ]);
    expect(state.steps).toEqual([
      { step: 'read', status: 'completed', startedAt: timeOf(3), durationMs: 12 },
    ]);
  });

  test('statuses and logs stay as history', () => {
    expect(state.statuses).toBe(afterCut.statuses);
    expect(state.logs).toBe(afterCut.logs);
  });
});

test('F5: the time and reason of a retry are shown until the attempt runs', () => {
  const waiting = then(retrying(2));
  expect(waiting).toMatchObject({
    status: 'retrying',
    attempt: 1,
    retry: { at: '2026-11-02T09:00:18.500Z', reason: { code: 'worker_lost' } },
  });
  const again = reduce(waiting, entryOf(18, running(2)));
  expect(again).toMatchObject({ status: 'running', attempt: 2, retry: null });
});

test('F5: the next attempt writes the text once, without the remains of the first', () => {
  const again = [retrying(2), running(2), token('Hello'), token(' world', true)];
  const state = again.reduce(
    (now, emitted, index) => reduce(now, entryOf(17 + index, emitted, { step: 'draft' })),
    afterCut,
  );
  expect(draftText(state)).toBe('Hello world');
});

test('the running attempt supersedes nothing', () => {
  const state = then(running(1));
  expect(state.parts).toBe(afterCut.parts);
  expect(state.tools).toBe(afterCut.tools);
});

test('outside of any step finished items stay and unfinished ones go', () => {
  const state = foldAll(
    entriesOf(
      started,
      running(1),
      token('Done.', true, 'plan'),
      token('Hel'),
      toolCalled('c1'),
      toolReturned('c1'),
      toolCalled('c2'),
      agentStarted('a1'),
      retrying(2),
    ),
  );
  expect(state.parts.map(({ part }) => part)).toEqual(['plan']);
  expect(state.tools.map(({ callId }) => callId)).toEqual(['c1']);
  expect(state.agents).toEqual([]);
});

test('a retry with nothing to drop keeps every list', () => {
  const before = foldAll(entriesOf(started, running(1), token('Plan.', true, 'plan')));
  const after = reduce(before, entryOf(4, retrying(2)));
  expect(after.parts).toBe(before.parts);
  expect(after.tools).toBe(before.tools);
  expect(after.agents).toBe(before.agents);
  expect(after.steps).toBe(before.steps);
});

test('a retry time beyond the year 9999 is still a valid date', () => {
  const { retry } = then({
    type: 'workflow:retrying',
    data: {
      attempt: 2,
      maxAttempts: 3,
      inMs: Number.MAX_SAFE_INTEGER,
      reason: { code: 'rate_limited', message: 'Wait.' },
    },
  });
  expect(retry?.at).toBe('9999-12-31T23:59:59.999Z');
});

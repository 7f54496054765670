import type { WorkflowSnapshot } from '@runtape/events';
import { initialState } from '@runtape/workflow-state';
import { expect, test } from 'vitest';
import { toHistory, isOpen, type Turn } from '../src/ask/turn.ts';

const NOW = '2026-01-02T03:04:05.678Z';

function turn(number: number, differing: Partial<WorkflowSnapshot> = {}): Turn {
  const result = {
    answer: `Answer ${number}`,
    model: 'demo',
    usage: null,
    cost: null,
    sources: [],
  };
  const workflow: WorkflowSnapshot = {
    ...initialState(`wf_${number}`),
    status: 'completed',
    endedAt: NOW,
    result,
    ...differing,
  };
  return {
    key: `${number}`,
    question: `Question ${number}?`,
    target: { kind: 'sample' },
    progress: { kind: 'started', workflow },
  };
}

test('D5: a follow-up includes the last five answers, oldest first', () => {
  const turns = [1, 2, 3, 4, 5, 6].map((number) => turn(number));
  expect(toHistory(turns)).toEqual(
    [2, 3, 4, 5, 6].map((number) => ({
      question: `Question ${number}?`,
      answer: `Answer ${number}`,
    })),
  );
});

test('D5: stopped, failed and unfinished answers are not included', () => {
  const turns = [
    turn(1, { status: 'cancelled' }),
    turn(2, { status: 'failed', result: null }),
    turn(3, { status: 'running', endedAt: null, result: null }),
    turn(4),
  ];
  expect(toHistory(turns).map(({ answer }) => answer)).toEqual(['Answer 4']);
});

test('D5: a question is open from when it is sent until its workflow ends', () => {
  const open = (progress: Turn['progress']): boolean => isOpen({ ...turn(1), progress });
  expect(open({ kind: 'sending' })).toBe(true);
  expect(open({ kind: 'waiting', workflowId: 'wf_1' })).toBe(true);
  expect(open({ kind: 'refused', message: 'No.' })).toBe(false);
  expect(isOpen(turn(1))).toBe(false);
  expect(isOpen(turn(1, { status: 'paused', endedAt: null }))).toBe(true);
});

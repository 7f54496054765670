import type { ToolCallState } from '@runtape/events';
import { expect, test } from 'vitest';
import { timelineItems } from '../src/components/timeline-items.ts';

const call = (callId: string, second: number): ToolCallState => ({
  callId,
  name: 'read_file',
  arguments: {},
  status: 'ok',
  summary: '',
  output: '',
  truncated: false,
  startedAt: `2026-01-02T03:04:0${second}.000Z`,
  durationMs: 1,
});

const keysOf = (tools: ToolCallState[]): readonly string[] =>
  timelineItems({ statuses: [], agents: [], tools }).map(({ key }) => key);

test('K3: calls to which a model gave the same id are distinguished, even with equal times', () => {
  const keys = keysOf([call('call_0', 1), call('call_0', 1), call('call_0', 2)]);
  expect(new Set(keys).size).toBe(3);
});

test('K3: a call keeps its key when other calls are added and when it returns', () => {
  const [first, second] = keysOf([call('call_0', 1), call('call_0', 2)]);
  expect(keysOf([call('call_0', 1), call('call_0', 2), call('call_0', 3)]).slice(0, 2)).toEqual([
    first,
    second,
  ]);
  expect(keysOf([{ ...call('call_0', 1), status: 'failed', durationMs: 9 }])).toEqual([first]);
});

test('K3: a call of the next attempt with the id of an earlier call is a different call', () => {
  expect(keysOf([call('call_0', 2)])).not.toEqual(keysOf([call('call_0', 1)]));
});

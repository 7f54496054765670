import { eventIdSchema } from '@runtape/events';
import { describe, expect, test } from 'vitest';
import { checkRecords } from '../src/check/check-records.ts';
import type { FinalLog, Records, History } from '../src/records.ts';
import {
  completed,
  idOf,
  logOf,
  sessionOf,
  started,
  status,
  stepCompleted,
  token,
  WORKFLOW_ID,
} from './logs.ts';

const log = logOf([
  { event: started },
  { event: stepCompleted('read') },
  { event: token('a'), metadata: { attempt: 2 } },
  { event: completed, metadata: { attempt: 2 } },
]);

const BOUNDS = { noticeWithinMs: 10_000, silenceWithinMs: 60_000 };

const history = (sessions: History['sessions'], staysToTheEnd = true): History => ({
  client: 'plain steady',
  surface: 'plain',
  workflowId: WORKFLOW_ID,
  staysToTheEnd,
  sessions,
});

const records = (changes: Partial<Records> = {}): Records => ({
  starts: [{ key: 'one', requestedAt: 0, workflowIds: [WORKFLOW_ID, WORKFLOW_ID] }],
  histories: [history([sessionOf(log, 0)])],
  logs: [log],
  faultWindows: [],
  ...changes,
});

const kinds = (changes: Partial<Records>): readonly string[] =>
  checkRecords(records(changes), BOUNDS).violations.map(({ kind }) => kind);

const onlyLog = (changed: FinalLog): readonly string[] => kinds({ logs: [changed], histories: [] });

test('F1: a correct run has no violations', () => {
  const verdict = checkRecords(records(), BOUNDS);
  expect(verdict).toEqual({ violations: [], deliveries: 4, notices: [], silences: [] });
});

describe('clients', () => {
  const half = { ...sessionOf(log, 0, sessionOf(log, 0).frames.slice(0, 2)) };
  const left = { ...half, end: { kind: 'left' } as const };

  test('F1: a client that resumes and receives the rest passes', () => {
    expect(kinds({ histories: [history([left, sessionOf(log, 2)])] })).toEqual([]);
  });

  test('B3: a client that never receives the end is flagged', () => {
    expect(kinds({ histories: [history([left])] })).toEqual(['end_not_seen']);
    expect(kinds({ histories: [history([])] })).toEqual(['end_not_seen']);
  });

  test('A10: a client that stopped reading need not receive the end', () => {
    expect(kinds({ histories: [history([left], false)] })).toEqual([]);
  });

  test('events that a client saw of a missing workflow are in no log', () => {
    const found = kinds({ logs: [] });
    expect(found.filter((kind) => kind === 'not_in_log')).toHaveLength(4);
    expect(found).toContain('no_end');
  });
});

describe('logs', () => {
  test('law 7: a workflow that does not end is found', () => {
    expect(onlyLog({ ...log, entries: log.entries.slice(0, 3) })).toEqual(['no_end']);
  });

  test('law 7: a second end event, and an end event that is not the last, are found', () => {
    const two = logOf([{ event: started }, { event: completed }, { event: completed }]);
    const early = logOf([{ event: started }, { event: completed }, { event: status('more') }]);
    expect([onlyLog(two), onlyLog(early)]).toEqual([['not_one_end'], ['not_one_end']]);
  });

  test('F5: a step that completes twice is found', () => {
    const twice = logOf([
      { event: started },
      { event: stepCompleted('read') },
      { event: stepCompleted('draft') },
      { event: stepCompleted('read') },
      { event: completed },
    ]);
    expect(onlyLog(twice)).toEqual(['step_twice']);
  });

  test('F5: an append by an overtaken attempt is found', () => {
    const overtaken = logOf([
      { event: started },
      { event: token('a'), metadata: { attempt: 2 } },
      { event: token('b'), metadata: { attempt: 1 } },
      { event: completed, metadata: { attempt: 2 } },
    ]);
    expect(onlyLog(overtaken)).toEqual(['overtaken_append']);
  });

  test('law 4: a gap, a duplicate number and another incarnation are found', () => {
    const [first, second, third, last] = log.entries;
    if (!first || !second || !third || !last) throw new Error('the log has four entries');
    const hole = [first, third, last];
    const twice = [first, second, second, { ...last, id: idOf(4), seq: 4 }];
    const other = [first, second, { ...third, id: eventIdSchema.parse('other123-3') }, last];
    const found = [hole, twice, other].map((entries) => onlyLog({ ...log, entries })[0]);
    expect(found).toEqual(['hole_in_log', 'hole_in_log', 'hole_in_log']);
  });

  test('a log without its start event at the beginning is flagged', () => {
    const late = logOf([{ event: status('x') }, { event: started }, { event: completed }]);
    const never = logOf([{ event: status('x') }, { event: completed }]);
    expect([onlyLog(late), onlyLog(never)]).toEqual([['wrong_start'], ['wrong_start']]);
  });

  test('F4: a workflow cancelled before it ran may contain only its end event', () => {
    const event = { type: 'workflow:cancelled', data: { durationMs: 0 } } as const;
    expect(onlyLog(logOf([{ event }]))).toEqual([]);
  });
});

describe('starts', () => {
  const second = { ...log, workflowId: 'wf_fedcba9876543210' };

  test('F5: one key that started two workflows is found', () => {
    const starts = [{ key: 'one', requestedAt: 0, workflowIds: [WORKFLOW_ID, second.workflowId] }];
    expect(kinds({ starts, logs: [log, second] })).toEqual(['started_twice']);
  });

  test('F5: a workflow that does not belong to any start is found', () => {
    expect(kinds({ logs: [log, second] })).toEqual(['started_twice']);
  });

  test('F5: a start without an answer may still have created a workflow', () => {
    const starts = [...records().starts, { key: 'two', requestedAt: 0, workflowIds: [] }];
    expect(kinds({ starts, logs: [log, second] })).toEqual([]);
  });

  test('a workflow that was started but is missing is found', () => {
    const starts = [
      ...records().starts,
      { key: 'two', requestedAt: 0, workflowIds: [second.workflowId] },
    ];
    expect(kinds({ starts })).toEqual(['no_end']);
  });
});

describe('the loss of a worker', () => {
  const at = (second: number): string => new Date(second * 1_000).toISOString();
  const lost = {
    type: 'workflow:retrying',
    data: {
      attempt: 2,
      maxAttempts: 3,
      inMs: 0,
      reason: { code: 'worker_lost', message: 'Lost.' },
    },
  } as const;
  const retried = logOf([{ event: started }, { event: lost }, { event: completed }]);
  const entries = retried.entries.map((entry, index) => ({
    ...entry,
    event: { ...entry.event, timestamp: at([100, 115, 116][index] ?? 0) },
  }));
  const told = { ...retried, entries };
  const faultWindow = (kind: string, from: number, to: number) => ({
    kind,
    target: 'one',
    from: from * 1_000,
    to: to * 1_000,
    ...(kind === 'clock-jump' ? { aheadMs: 40_000 } : {}),
  });
  const verdictOf = (...faultWindows: Records['faultWindows']) =>
    checkRecords(records({ logs: [told], histories: [], faultWindows }), BOUNDS);

  test('F5: is measured from the death of the process to the event that reports it', () => {
    const { notices, violations } = verdictOf(faultWindow('worker-kill', 106, 108));
    expect(notices).toMatchObject([{ afterMs: 9_000, otherwiseBrokenMs: 0 }]);
    expect(violations).toEqual([]);
  });

  test('F5: is flagged when it is noticed late', () => {
    const { violations } = verdictOf(faultWindow('worker-kill', 101, 108));
    expect(violations.map(({ kind }) => kind)).toEqual(['late_notice']);
  });

  test('F5: may be noticed later while other faults last, with overlaps counted once', () => {
    const { notices, violations } = verdictOf(
      faultWindow('worker-kill', 101, 108),
      faultWindow('redis-kill', 90, 103),
      faultWindow('redis-freeze', 102, 105),
      faultWindow('script-flush', 110, 110),
    );
    expect(notices).toMatchObject([{ afterMs: 14_000, otherwiseBrokenMs: 4_000 }]);
    expect(violations).toEqual([]);
  });

  test('F5: may not be noticed later because of a clock jump, since leases use another clock', () => {
    const { violations } = verdictOf(
      faultWindow('worker-kill', 101, 108),
      faultWindow('clock-jump', 90, 112),
    );
    expect(violations.map(({ kind }) => kind)).toEqual(['late_notice']);
  });

  test('ignores a worker that died at another time', () => {
    expect(verdictOf(faultWindow('worker-kill', 90, 99)).notices).toEqual([]);
  });

  test('a workflow that is silent for too long is found', () => {
    const stalled = (...faultWindows: Records['faultWindows']) =>
      checkRecords(records({ logs: [told], histories: [], faultWindows }), {
        ...BOUNDS,
        silenceWithinMs: 10_000,
      }).violations.map(({ kind }) => kind);
    expect(stalled()).toEqual(['stalled']);
    expect(stalled(faultWindow('script-flush', 101, 101))).toEqual(['stalled']);
    expect(stalled(faultWindow('redis-freeze', 101, 107))).toEqual([]);
    // Times of a clock that was 40 s ahead are ignored; nothing else is excused by it.
    expect(stalled(faultWindow('clock-jump', 70, 80))).toEqual([]);
    expect(stalled(faultWindow('clock-jump', 90, 101))).toEqual(['stalled']);
  });
});

describe('a store that recovers without its last writes', () => {
  const lossAt = (time: number): Records['faultWindows'] => [
    { kind: 'redis-tail-loss', target: 'redis', from: time, to: time + 1 },
  ];
  const starts = [{ key: 'one', requestedAt: 100, workflowIds: [WORKFLOW_ID] }];
  const nothing: Partial<Records> = { logs: [], histories: [], starts };

  test('F1: may have lost a workflow that was started before', () => {
    expect(kinds({ ...nothing, faultWindows: lossAt(150) })).toEqual([]);
    expect(kinds({ ...nothing, faultWindows: lossAt(50) })).toEqual(['no_end']);
    expect(kinds(nothing)).toEqual(['no_end']);
  });

  test('F5: may have lost the key of an earlier start', () => {
    const second = { ...log, workflowId: 'wf_fedcba9876543210' };
    const twice = [{ key: 'one', requestedAt: 100, workflowIds: [WORKFLOW_ID, second.workflowId] }];
    const both = { starts: twice, logs: [log, second], histories: [] };
    expect(kinds({ ...both, faultWindows: lossAt(150) })).toEqual([]);
    expect(kinds({ ...both, faultWindows: lossAt(50) })).toEqual(['started_twice']);
  });

  test('F2: may not use one id for two events', () => {
    const first = sessionOf(log, 0);
    const forged = first.frames.map((frame, index) =>
      index === 1 ? { ...frame, message: { type: 'status', data: 'other' } } : frame,
    );
    const foreign = (frames: typeof first.frames) =>
      frames.map(({ id, message }) => ({ id: id.replace(/^\w+/, 'earlier1'), message }));
    const seen = (frames: typeof first.frames) =>
      history([{ ...first, frames: foreign(frames), end: { kind: 'left' } }], false);
    const both = [seen(first.frames), seen(forged)];
    expect(kinds({ histories: both, starts, faultWindows: lossAt(150) })).toEqual(['two_events']);
    const same = [seen(first.frames), seen(first.frames)];
    expect(kinds({ histories: same, starts, faultWindows: lossAt(150) })).toEqual([]);
  });
});

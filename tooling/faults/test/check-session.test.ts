import { decodeEvent, mergeTokens } from '@runtape/events';

import { initialState, reduce } from '@runtape/workflow-state';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkSession } from '../src/check/check-session.ts';
import type { Allowance } from '../src/check/allowances.ts';
import type { FinalLog, Frame, ClientSession } from '../src/records.ts';
import {
  arbitraryLog,
  completed,
  frameOf,
  idOf,
  logOf,
  sessionOf,
  started,
  status,
  token,
  WORKFLOW_ID,
} from './logs.ts';

/** The findings, as `kind` or, for several events at once, `kind × events`. */
function findings(log: FinalLog, session: ClientSession, allowance?: Allowance): readonly string[] {
  return checkSession(log, session, allowance).findings.map(({ kind, events }) =>
    events === 1 ? kind : `${kind} × ${events}`,
  );
}

const log = logOf([
  { event: started },
  { event: token('a') },
  { event: token('b') },
  { event: token('c') },
  { event: token('d', 'notes') },
  { event: completed },
]);
const frames = log.entries.map(frameOf);
const without = (...seqs: readonly number[]): Frame[] =>
  frames.filter((_, index) => !seqs.includes(index + 1));
/** A merged token. */
const merged = (seq: number, content: string): Frame => ({
  id: idOf(seq),
  message: {
    type: 'token',
    data: { part: seq === 5 ? 'notes' : 'draft', content, isComplete: false },
    timestamp: '2026-11-02T09:00:00.000Z',
    metadata: { attempt: 1 },
  },
});

describe('a correct session', () => {
  test('F1: a session with every event after its cursor passes, however its tokens are merged', () => {
    const cuts = fc.array(fc.nat(), { maxLength: 6 });
    fc.assert(
      fc.property(arbitraryLog, fc.nat(), cuts, (drawn, cursor, drawnCuts) => {
        const after = cursor % (drawn.entries.length + 1);
        const ends = drawnCuts.map((cut) => after + (cut % (drawn.entries.length - after + 1)));
        const bounds = [after, ...ends.sort((a, b) => a - b), drawn.entries.length];
        const seen = bounds.flatMap((start, index) =>
          mergeTokens(drawn.entries.slice(start, bounds[index + 1] ?? start)).map(frameOf),
        );
        const result = checkSession(drawn, sessionOf(drawn, after, seen));
        expect(result.findings).toEqual([]);
        expect(result.deliveries).toBe(drawn.entries.length - after);
        expect(result.position).toBe(drawn.entries.length);
      }),
    );
  });

  test('F1: a session that the client left early passes up to that point', () => {
    const early = { ...sessionOf(log, 0, frames.slice(0, 3)), end: { kind: 'left' } as const };
    expect(checkSession(log, early)).toMatchObject({ findings: [], position: 3, deliveries: 3 });
  });
});

/**
 * The messages of a reader after a change to entry `seq`, which is not the last.
 */
type Harm = (seen: readonly Frame[], seq: number) => readonly Frame[];

const foreign = { id: 'other123-1', message: frames[0]?.message ?? null };
const pastTheEnd: Harm = (seen) => [
  ...seen,
  { id: idOf(seen.length + 1), message: seen.at(-1)?.message ?? null },
];
const forged: Harm = (seen, seq) => [
  ...seen.slice(0, seq - 1),
  { id: idOf(seq), message: { type: 'status', data: 'forged' } },
  ...seen.slice(seq),
];

describe('a session with one fault, for any log', () => {
  test.each<[string, string, Harm]>([
    [
      'a duplicate event',
      'doubled',
      (seen, seq) => seen.toSpliced(seq, 0, ...seen.slice(seq - 1, seq)),
    ],
    ['an event of another log', 'not_in_log', (seen, seq) => seen.toSpliced(seq, 0, foreign)],
    ['an event beyond the end', 'not_in_log', pastTheEnd],
    ['an event with another text', 'altered', forged],
    ['the start at the end', 'out_of_order', (seen) => [...seen.slice(1), ...seen.slice(0, 1)]],
    ['an end before the last event', 'premature_end', (seen, seq) => seen.slice(0, seq)],
  ])('F1: %s is %s', (_what, kind, harm) => {
    fc.assert(
      fc.property(arbitraryLog, fc.nat(), (drawn, nat) => {
        const seq = 1 + (nat % (drawn.entries.length - 1));
        const seen = harm(drawn.entries.map(frameOf), seq);
        expect(findings(drawn, sessionOf(drawn, 0, seen))).toEqual([kind]);
      }),
    );
  });

  test('F1: a skipped event is lost', () => {
    fc.assert(
      fc.property(arbitraryLog, fc.nat(), (drawn, nat) => {
        const seq = 1 + (nat % (drawn.entries.length - 1));
        const seen = drawn.entries.map(frameOf).toSpliced(seq - 1, 1);
        const [entry, next] = drawn.entries.slice(seq - 1);
        // An empty token may have been merged into the next one: then nothing is
        // missing.
        const isInvisible =
          entry?.event.type === 'token' &&
          entry.event.data.content === '' &&
          next?.event.type === 'token';
        fc.pre(!isInvisible);
        expect(findings(drawn, sessionOf(drawn, 0, seen))).toEqual(['lost']);
      }),
    );
  });
});

describe('merged tokens', () => {
  test('F3: the joined text with the id of the last token stands for all of them', () => {
    const seen = [...without(2, 3, 4).slice(0, 1), merged(4, 'abc'), ...without(1, 2, 3, 4)];
    expect(findings(log, sessionOf(log, 0, seen))).toEqual([]);
  });

  test('F1: a merged token without its first text has lost that token', () => {
    const seen = [...frames.slice(0, 1), merged(4, 'bc'), ...frames.slice(4)];
    expect(findings(log, sessionOf(log, 0, seen))).toEqual(['lost']);
  });

  test('F1: a resumed stream that repeats a text has doubled the token', () => {
    const seen = [merged(4, 'abc'), ...frames.slice(4)];
    expect(findings(log, sessionOf(log, 3, seen))).toEqual(['doubled × 2']);
  });

  test('F1: a merged token with a missing text in the middle is altered', () => {
    const seen = [...frames.slice(0, 1), merged(4, 'ac'), ...frames.slice(4)];
    expect(findings(log, sessionOf(log, 0, seen))).toEqual(['altered', 'lost × 2']);
  });

  test('F3: a token that joins two parts is merged across parts', () => {
    const seen = [...frames.slice(0, 1), merged(5, 'abcd'), ...frames.slice(5)];
    expect(findings(log, sessionOf(log, 0, seen))).toEqual(['merged_across_parts']);
  });

  test.each([
    ['steps', { attempt: 1, step: 'read' }, { attempt: 1, step: 'draft' }, false],
    ['attempts', { attempt: 1 }, { attempt: 2 }, false],
    ['the end of a part', { attempt: 1 }, { attempt: 1 }, true],
  ])('F3: a token merged across %s is flagged', (_what, left, right, isComplete) => {
    const crossed = logOf([
      { event: token('a', 'draft', isComplete), metadata: left },
      { event: token('b'), metadata: right },
    ]);
    const [, second] = crossed.entries.map(frameOf);
    const message = JSON.parse(JSON.stringify(second?.message).replace('"b"', '"ab"'));
    const session = sessionOf(crossed, 0, [{ id: idOf(2), message }]);
    expect(findings(crossed, session)).toEqual(['merged_across_parts']);
  });
});

describe('resets', () => {
  const fold = log.entries.slice(0, 4).reduce(reduce, initialState(WORKFLOW_ID));
  const resetFrame = (snapshot: object): Frame => ({
    id: idOf(4),
    message: JSON.parse(
      JSON.stringify({
        type: 'reset',
        data: { reason: 'ahead', snapshot, cursor: idOf(4) },
        timestamp: '2026-11-02T09:00:00.000Z',
      }),
    ),
  });
  const rest = frames.slice(4);

  test('F2: are accepted for a mismatched cursor, and replace the state', () => {
    const session = { ...sessionOf(log, 0, [resetFrame(fold), ...rest]), after: 'other123-9' };
    expect(findings(log, session)).toEqual([]);
  });

  test('F2: are flagged where the cursor fits', () => {
    const seen = [...frames.slice(0, 2), resetFrame(fold), ...rest];
    expect(findings(log, sessionOf(log, 0, seen))).toEqual(['needless_reset']);
  });

  test('F2: must carry exactly the folded state of the log', () => {
    const another = resetFrame({ ...fold, title: 'Another' });
    const session = { ...sessionOf(log, 0, [another, ...rest]), after: 'other123-9' };
    expect(findings(log, session)).toEqual(['wrong_snapshot']);
  });

  test('F2: are required: a stream that ignores a mismatched cursor is flagged', () => {
    const session = { ...sessionOf(log, 0, rest), after: 'other123-9' };
    expect(findings(log, session)).toEqual(['lost × 4']);
  });
});

describe('the history as one state', () => {
  const fold = log.entries.slice(0, 4).reduce(reduce, initialState(WORKFLOW_ID));
  const messageFrame = (id: string, type: string, data: object): Frame => ({
    id,
    message: JSON.parse(JSON.stringify({ type, data, timestamp: '2026-11-02T09:00:00.000Z' })),
  });
  const state = messageFrame(idOf(4), 'workflow:state', { snapshot: fold });
  const logState = messageFrame('', 'log:state', { logs: [] });
  const rest = frames.slice(4);
  const asking = (...seen: readonly Frame[]): ClientSession => ({
    ...sessionOf(log, 0, seen),
    wantsState: true,
  });

  test('F3: is the folded log up to its cursor, may be preceded by its parts, and is followed by the later events', () => {
    expect(findings(log, asking(logState, state, ...rest))).toEqual([]);
    expect(checkSession(log, asking(state, ...rest)).position).toBe(log.entries.length);
  });

  test('F3: is flagged when it differs from the folded log', () => {
    const another = messageFrame(idOf(4), 'workflow:state', { snapshot: { ...fold, title: 'No' } });
    expect(findings(log, asking(another, ...rest))).toEqual(['wrong_snapshot']);
    const early = { ...state, id: idOf(3) };
    expect(findings(log, asking(early, ...rest))).toEqual(['wrong_snapshot', 'lost']);
  });

  test('F3: is flagged when it was not requested, comes late or is missing', () => {
    expect(findings(log, sessionOf(log, 0, [state, ...rest]))).toEqual(['wrong_snapshot']);
    const late = asking(...frames.slice(0, 4), state, ...rest);
    expect(findings(log, late)).toEqual(['wrong_snapshot', 'wrong_snapshot']);
    expect(findings(log, asking(...frames))).toEqual(['wrong_snapshot']);
    const back = { ...asking(state, ...rest), after: idOf(2) };
    expect(findings(log, back)).toEqual(['wrong_snapshot']);
  });

  test('F1: an event missing after it is lost, and one it already contains is doubled', () => {
    expect(findings(log, asking(state, ...frames.slice(5)))).toEqual(['lost']);
    expect(findings(log, asking(state, ...frames.slice(3)))).toEqual(['doubled']);
  });

  test('F3: its parts in the middle of a stream are in no log', () => {
    const seen = [...frames.slice(0, 2), logState, ...frames.slice(2)];
    expect(findings(log, sessionOf(log, 0, seen))).toEqual(['not_in_log']);
  });
});

describe('a store that recovered', () => {
  /** As received before the log continued under another incarnation. */
  const earlier = (frame: Frame): Frame => ({ ...frame, id: frame.id.replace(/^\w+/, 'earlier1') });
  const resetTo = (seq: number, idFor = idOf(seq)): Frame => ({
    id: idFor,
    message: JSON.parse(
      JSON.stringify({
        type: 'reset',
        data: {
          reason: 'other_incarnation',
          snapshot: log.entries.slice(0, seq).reduce(reduce, initialState(WORKFLOW_ID)),
          cursor: idFor,
        },
        timestamp: '2026-11-02T09:00:00.000Z',
      }),
    ),
  });
  const seen = (...all: readonly Frame[]): ClientSession => sessionOf(log, 0, all);
  const lostFrames = [
    earlier(frames[0] ?? resetTo(0)),
    { id: 'earlier1-2', message: { type: 'status', data: { stage: 'x', message: 'lost' } } },
  ];

  test('F2: after data loss: the lost events, a reset and then exactly the rest of the log pass', () => {
    const session = seen(...lostFrames, resetTo(1), ...without(1));
    expect(findings(log, session, 'lost')).toEqual([]);
    expect(findings(log, session)).toContain('not_in_log');
  });

  test('F2: after data loss: different events without a reset are spliced', () => {
    expect(findings(log, seen(...lostFrames, ...without(1, 2)), 'lost')).toContain('spliced');
  });

  test('F2: after data loss: a gap, a duplicate and an altered text after the reset are still found', () => {
    const begun = [...lostFrames, resetTo(1)];
    expect(findings(log, seen(...begun, ...without(1, 2)), 'lost')).toEqual(['lost']);
    expect(findings(log, seen(...begun, ...frames), 'lost')).toEqual(['doubled']);
    const forgedFrames = forged(without(1), 1);
    expect(findings(log, seen(...begun, ...forgedFrames), 'lost')).toContain('altered');
  });

  test('F2: after data loss: an altered event of the current log is found, even without a reset', () => {
    expect(findings(log, seen(...forged(frames, 2)), 'lost')).toEqual(['altered']);
  });

  test('F1: after data loss: a stream that ends before the end of the log is flagged', () => {
    expect(findings(log, seen(...frames.slice(0, 3)), 'lost')).toEqual(['premature_end']);
  });

  test('F6: after data loss: a client that left at an end that was later lost passes', () => {
    expect(findings(log, seen(...lostFrames), 'lost')).toEqual([]);
  });

  test('F2: without data loss: the same log continues after the reset', () => {
    const before = frames.slice(0, 3).map(earlier);
    expect(findings(log, seen(...before, resetTo(3), ...frames.slice(3)), 'renamed')).toEqual([]);
    expect(findings(log, seen(...before, ...frames.slice(3)), 'renamed')).toEqual(['spliced']);
    expect(findings(log, seen(...lostFrames, resetTo(2), ...frames.slice(2)), 'renamed')).toEqual([
      'altered',
    ]);
  });

  test('F2: without data loss: an old snapshot keeps its ids, and differs in nothing else', () => {
    const renamed = (frame: Frame): Frame => ({
      id: frame.id.replace(/^\w+/, 'between1'),
      message: JSON.parse(JSON.stringify(frame.message).replaceAll('"k3v9x2ab-', '"between1-')),
    });
    const before = frames.slice(0, 2).map(earlier);
    const between = [renamed(resetTo(3)), ...frames.slice(3, 4).map(renamed)];
    const after = [resetTo(4), ...frames.slice(4)];
    expect(findings(log, seen(...before, ...between, ...after), 'renamed')).toEqual([]);
    const wrong: Frame[] = JSON.parse(
      JSON.stringify(between).replace('Tokens arrive twice', 'Another'),
    );
    expect(findings(log, seen(...before, ...wrong, ...after), 'renamed')).toEqual([
      'wrong_snapshot',
    ]);
  });

  test('F2: without data loss: a reset that renames nothing is needless', () => {
    const session = seen(...frames.slice(0, 3), resetTo(3), ...frames.slice(3));
    expect(findings(log, session, 'renamed')).toEqual(['needless_reset']);
  });
});

test('A11: a refusal of an existing workflow is flagged', () => {
  const refused = { kind: 'refused', reason: 'HTTP 404' } as const;
  expect(findings(log, { ...sessionOf(log, 0, []), end: refused })).toEqual(['refused']);
});

test('an event without an id is in no log', () => {
  const nameless = { id: '', message: frames[1]?.message ?? null };
  const seen = [...frames.slice(0, 1), nameless, ...frames.slice(1)];
  expect(findings(log, sessionOf(log, 0, seen))).toEqual(['not_in_log']);
});

test('unknown events are compared like any other event', () => {
  const unknown = logOf([{ event: status('x') }]);
  const event = decodeEvent({
    type: 'from:later',
    data: { deep: [1] },
    timestamp: '2026-11-02T09:00:00.000Z',
  });
  const later = { ...unknown, entries: [{ id: idOf(1), seq: 1, event }] };
  expect(findings(later, sessionOf(later, 0))).toEqual([]);
});

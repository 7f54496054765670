import { mergeTokens } from '@runtape/event-log';
import { initialState, reduce } from '@runtape/workflow-state';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkSession } from '../src/check/check-session.ts';
import type { Allowance } from '../src/check/allowances.ts';
import type { FinalLog, Frame, Session } from '../src/records.ts';
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

/** What is found, as `kind` or, for several events at once, `kind × events`. */
function findings(log: FinalLog, session: Session, allowance?: Allowance): readonly string[] {
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
/** A token as it would be merged. */
const merged = (seq: number, content: string): Frame => ({
  id: idOf(seq),
  message: {
    type: 'token',
    data: { part: seq === 5 ? 'notes' : 'draft', content, isComplete: false },
    timestamp: '2026-11-02T09:00:00.000Z',
    metadata: { attempt: 1 },
  },
});

describe('a session without fault', () => {
  test('F1: everything after any cursor, however its tokens are merged, is found right', () => {
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

  test('F1: one that was left early is right as far as it goes', () => {
    const early = { ...sessionOf(log, 0, frames.slice(0, 3)), end: { kind: 'left' } as const };
    expect(checkSession(log, early)).toMatchObject({ findings: [], position: 3, deliveries: 3 });
  });
});

/**
 * What a reader sees of a log whose entry `seq`, which is not the last, has something done to it.
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

describe('a session with one fault, whatever the log', () => {
  test.each<[string, string, Harm]>([
    [
      'an event that comes twice',
      'doubled',
      (seen, seq) => seen.toSpliced(seq, 0, ...seen.slice(seq - 1, seq)),
    ],
    ['an event of another log', 'not_in_log', (seen, seq) => seen.toSpliced(seq, 0, foreign)],
    ['an event past the end', 'not_in_log', pastTheEnd],
    ['an event with another text', 'altered', forged],
    [
      'the start after everything',
      'out_of_order',
      (seen) => [...seen.slice(1), ...seen.slice(0, 1)],
    ],
    ['being sent away before the end', 'premature_end', (seen, seq) => seen.slice(0, seq)],
  ])('F1: %s is %s', (_what, kind, harm) => {
    fc.assert(
      fc.property(arbitraryLog, fc.nat(), (drawn, nat) => {
        const seq = 1 + (nat % (drawn.entries.length - 1));
        const seen = harm(drawn.entries.map(frameOf), seq);
        expect(findings(drawn, sessionOf(drawn, 0, seen))).toEqual([kind]);
      }),
    );
  });

  test('F1: an event that was passed over is lost', () => {
    fc.assert(
      fc.property(arbitraryLog, fc.nat(), (drawn, nat) => {
        const seq = 1 + (nat % (drawn.entries.length - 1));
        const seen = drawn.entries.map(frameOf).toSpliced(seq - 1, 1);
        const [entry, next] = drawn.entries.slice(seq - 1);
        // A token without text can be taken as merged into the one after it: then nothing is
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
  test('F3: the text of all with the id of the last stands for all', () => {
    const seen = [...without(2, 3, 4).slice(0, 1), merged(4, 'abc'), ...without(1, 2, 3, 4)];
    expect(findings(log, sessionOf(log, 0, seen))).toEqual([]);
  });

  test('F1: a merged token without the first of its texts has lost that one', () => {
    const seen = [...frames.slice(0, 1), merged(4, 'bc'), ...frames.slice(4)];
    expect(findings(log, sessionOf(log, 0, seen))).toEqual(['lost']);
  });

  test('F1: a resumed stream that repeats the text has doubled it', () => {
    const seen = [merged(4, 'abc'), ...frames.slice(4)];
    expect(findings(log, sessionOf(log, 3, seen))).toEqual(['doubled × 2']);
  });

  test('F1: a merged token that lost a text in its middle is altered', () => {
    const seen = [...frames.slice(0, 1), merged(4, 'ac'), ...frames.slice(4)];
    expect(findings(log, sessionOf(log, 0, seen))).toEqual(['altered', 'lost × 2']);
  });

  test('F3: tokens of two parts as one are merged across parts', () => {
    const seen = [...frames.slice(0, 1), merged(5, 'abcd'), ...frames.slice(5)];
    expect(findings(log, sessionOf(log, 0, seen))).toEqual(['merged_across_parts']);
  });

  test.each([
    ['steps', { attempt: 1, step: 'read' }, { attempt: 1, step: 'draft' }, false],
    ['attempts', { attempt: 1 }, { attempt: 2 }, false],
    ['the end of a part', { attempt: 1 }, { attempt: 1 }, true],
  ])('F3: nor may %s be crossed', (_what, left, right, isComplete) => {
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

  test('F2: replace what was there, for a cursor that does not fit', () => {
    const session = { ...sessionOf(log, 0, [resetFrame(fold), ...rest]), after: 'other123-9' };
    expect(findings(log, session)).toEqual([]);
  });

  test('F2: are found where the cursor fits', () => {
    const seen = [...frames.slice(0, 2), resetFrame(fold), ...rest];
    expect(findings(log, sessionOf(log, 0, seen))).toEqual(['needless_reset']);
  });

  test('F2: carry the fold of the log, and nothing else', () => {
    const another = resetFrame({ ...fold, title: 'Another' });
    const session = { ...sessionOf(log, 0, [another, ...rest]), after: 'other123-9' };
    expect(findings(log, session)).toEqual(['wrong_snapshot']);
  });

  test('F2: silence is no answer to a cursor that does not fit', () => {
    const session = { ...sessionOf(log, 0, rest), after: 'other123-9' };
    expect(findings(log, session)).toEqual(['lost × 4']);
  });
});

describe('the past as one state', () => {
  const fold = log.entries.slice(0, 4).reduce(reduce, initialState(WORKFLOW_ID));
  const messageFrame = (id: string, type: string, data: object): Frame => ({
    id,
    message: JSON.parse(JSON.stringify({ type, data, timestamp: '2026-11-02T09:00:00.000Z' })),
  });
  const state = messageFrame(idOf(4), 'workflow:state', { snapshot: fold });
  const logState = messageFrame('', 'log:state', { logs: [] });
  const rest = frames.slice(4);
  const asking = (...seen: readonly Frame[]): Session => ({
    ...sessionOf(log, 0, seen),
    wantsState: true,
  });

  test('F3: is the fold of the log up to its cursor, parts of it may come before, and what comes after goes on', () => {
    expect(findings(log, asking(logState, state, ...rest))).toEqual([]);
    expect(checkSession(log, asking(state, ...rest)).position).toBe(log.entries.length);
  });

  test('F3: that is another fold is found', () => {
    const another = messageFrame(idOf(4), 'workflow:state', { snapshot: { ...fold, title: 'No' } });
    expect(findings(log, asking(another, ...rest))).toEqual(['wrong_snapshot']);
    const early = { ...state, id: idOf(3) };
    expect(findings(log, asking(early, ...rest))).toEqual(['wrong_snapshot', 'lost']);
  });

  test('F3: that nobody asked for, that comes late or not at all is found', () => {
    expect(findings(log, sessionOf(log, 0, [state, ...rest]))).toEqual(['wrong_snapshot']);
    const late = asking(...frames.slice(0, 4), state, ...rest);
    expect(findings(log, late)).toEqual(['wrong_snapshot', 'wrong_snapshot']);
    expect(findings(log, asking(...frames))).toEqual(['wrong_snapshot']);
    const back = { ...asking(state, ...rest), after: idOf(2) };
    expect(findings(log, back)).toEqual(['wrong_snapshot']);
  });

  test('F1: an event that is missing after it is lost, one that it had already is doubled', () => {
    expect(findings(log, asking(state, ...frames.slice(5)))).toEqual(['lost']);
    expect(findings(log, asking(state, ...frames.slice(3)))).toEqual(['doubled']);
  });

  test('F3: parts of it in the middle of a stream are in no log', () => {
    const seen = [...frames.slice(0, 2), logState, ...frames.slice(2)];
    expect(findings(log, sessionOf(log, 0, seen))).toEqual(['not_in_log']);
  });
});

describe('a store that came back', () => {
  /** As seen before the log went on under another incarnation. */
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
  const seen = (...all: readonly Frame[]): Session => sessionOf(log, 0, all);
  const lostFrames = [
    earlier(frames[0] ?? resetTo(0)),
    { id: 'earlier1-2', message: { type: 'status', data: { stage: 'x', message: 'lost' } } },
  ];

  test('F2: with less: what is lost, a reset, and then exactly what is left are right', () => {
    const session = seen(...lostFrames, resetTo(1), ...without(1));
    expect(findings(log, session, 'lost')).toEqual([]);
    expect(findings(log, session)).toContain('not_in_log');
  });

  test('F2: with less: other events without a reset are spliced', () => {
    expect(findings(log, seen(...lostFrames, ...without(1, 2)), 'lost')).toContain('spliced');
  });

  test('F2: with less: after the reset a gap, a double and another text are found as ever', () => {
    const begun = [...lostFrames, resetTo(1)];
    expect(findings(log, seen(...begun, ...without(1, 2)), 'lost')).toEqual(['lost']);
    expect(findings(log, seen(...begun, ...frames), 'lost')).toEqual(['doubled']);
    const forgedFrames = forged(without(1), 1);
    expect(findings(log, seen(...begun, ...forgedFrames), 'lost')).toContain('altered');
  });

  test('F2: with less: an event of the log as it is now must be as it is now, reset or not', () => {
    expect(findings(log, seen(...forged(frames, 2)), 'lost')).toEqual(['altered']);
  });

  test('F1: with less: nobody is sent away from what is left before its end', () => {
    expect(findings(log, seen(...frames.slice(0, 3)), 'lost')).toEqual(['premature_end']);
  });

  test('F6: with less: who saw an end that is lost was right to leave', () => {
    expect(findings(log, seen(...lostFrames), 'lost')).toEqual([]);
  });

  test('F2: with everything: the same log goes on after the reset', () => {
    const before = frames.slice(0, 3).map(earlier);
    expect(findings(log, seen(...before, resetTo(3), ...frames.slice(3)), 'renamed')).toEqual([]);
    expect(findings(log, seen(...before, ...frames.slice(3)), 'renamed')).toEqual(['spliced']);
    expect(findings(log, seen(...lostFrames, resetTo(2), ...frames.slice(2)), 'renamed')).toEqual([
      'altered',
    ]);
  });

  test('F2: with everything: a snapshot of before has the ids of then, and nothing else that differs', () => {
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

  test('F2: with everything: a reset that renames nothing is needless', () => {
    const session = seen(...frames.slice(0, 3), resetTo(3), ...frames.slice(3));
    expect(findings(log, session, 'renamed')).toEqual(['needless_reset']);
  });
});

test('A11: a workflow that is there is not refused', () => {
  const refused = { kind: 'refused', reason: 'HTTP 404' } as const;
  expect(findings(log, { ...sessionOf(log, 0, []), end: refused })).toEqual(['refused']);
});

test('an event without an id is in no log', () => {
  const nameless = { id: '', message: frames[1]?.message ?? null };
  const seen = [...frames.slice(0, 1), nameless, ...frames.slice(1)];
  expect(findings(log, sessionOf(log, 0, seen))).toEqual(['not_in_log']);
});

test('unknown events are compared like all others', () => {
  const unknown = logOf([{ event: status('x') }]);
  const entry = {
    id: idOf(1),
    seq: 1,
    event: {
      type: 'unknown',
      data: { type: 'from:later', data: { deep: [1] } },
      timestamp: '2026-11-02T09:00:00.000Z',
    },
  } as const;
  const later = {
    ...unknown,
    entries: [
      { ...entry, event: { ...entry.event, data: { type: 'from:later', data: { deep: [1] } } } },
    ],
  };
  expect(findings(later, sessionOf(later, 0))).toEqual([]);
});

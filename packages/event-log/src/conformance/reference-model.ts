import type { WorkflowEvent, WorkflowId } from '@runtape/events';
import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { EventLog } from '../port/event-log.ts';
import { outcomeOf } from './outcome-of.ts';
import { recordOf } from './harness.ts';
import { completed, contentOf, token } from './example-events.ts';

const leaseMs = 60_000;
const PAGE = 5;

/** The expected state of a workflow's log: the laws in their simplest form. */
export interface Model {
  attempt: number;
  alive: boolean;
  ended: boolean;
  contents: string[];
}

/** An action of a writer or reader, through one of two handles. */
export type Move = { readonly handle: number } & (
  | {
      readonly kind: 'append';
      readonly events: readonly WorkflowEvent[];
      late: number;
      off: number;
    }
  | { readonly kind: 'begin' }
  | { readonly kind: 'release' }
  | { readonly kind: 'read'; readonly after: number }
);

const handle = fc.constantFrom(0, 1);
const texts = fc.array(fc.string({ maxLength: 5 }), {
  minLength: 1,
  maxLength: 3,
});
const events = fc.oneof(
  { weight: 12, arbitrary: texts.map((all): readonly WorkflowEvent[] => all.map(token)) },
  { weight: 1, arbitrary: fc.constant<readonly WorkflowEvent[]>([completed()]) },
);
/** How many attempts the writer is behind. */
const late = fc.constantFrom(0, 0, 0, 1);
/** The difference between the writer's expected tail and the actual one. */
const off = fc.constantFrom(0, 0, 0, 0, -1, 1);

export const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.oneof<fc.WeightedArbitrary<Move>[]>(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('append'), handle, events, late, off }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('begin'), handle }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('release'), handle }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('read'), handle, after: fc.nat(12) }) },
  ),
  { maxLength: 25 },
);

/** Makes a move on a log and on the model, and expects the same of both. */
export async function makeMove(
  model: Model,
  move: Move,
  { log, workflowId }: { log: EventLog; workflowId: WorkflowId },
): Promise<void> {
  const { attempt } = model;
  switch (move.kind) {
    case 'begin': {
      const expected = model.ended ? 'workflow_closed' : model.alive ? 'attempt_alive' : 'done';
      expect(await outcomeOf(log.begin(workflowId, { leaseMs }))).toBe(expected);
      if (expected === 'done') Object.assign(model, { attempt: attempt + 1, alive: true });
      break;
    }
    case 'release':
      await log.release(workflowId, { attempt });
      model.alive = false;
      break;
    case 'append': {
      const append = { attempt: attempt - move.late, after: model.contents.length + move.off };
      const expected = expectedOfAppend(model, append);
      const { events: appended } = move;
      const outcome = outcomeOf(log.append(workflowId, { ...append, events: appended }));
      expect(await outcome).toBe(expected);
      if (expected !== 'done') break;
      model.contents.push(...appended.map(contentOf));
      model.ended = model.contents.at(-1) === completed().type;
      model.alive &&= !model.ended;
      break;
    }
    case 'read': {
      const { entries } = await log.read(workflowId, { after: move.after, limit: PAGE });
      const read = entries.map(({ event }) => contentOf(event));
      expect(read).toEqual(model.contents.slice(move.after, move.after + PAGE));
    }
  }
  const { attempt: begun, tail, leaseUntil } = await recordOf(log, workflowId);
  expect({ begun, tail, alive: leaseUntil !== null }).toEqual({
    begun: model.attempt,
    tail: model.contents.length,
    alive: model.alive,
  });
}

function expectedOfAppend(model: Model, append: { attempt: number; after: number }): string {
  if (model.ended) return 'workflow_closed';
  if (append.attempt < 1 || append.attempt !== model.attempt) return 'attempt_overtaken';
  return append.after === model.contents.length ? 'done' : 'seq_conflict';
}

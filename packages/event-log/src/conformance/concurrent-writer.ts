import type { WorkflowId } from '@runtape/events';
import * as fc from 'fast-check';
import { isEventLogError } from '../errors.ts';
import type { EventLog } from '../port/event-log.ts';
import { recordOf } from './harness.ts';
import { token } from './example-events.ts';

const leaseMs = 60_000;

/** The next action of a concurrent writer: append this many events, or take the workflow over. */
export type Action = number | 'take over';

export const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof<fc.WeightedArbitrary<Action>[]>(
    { weight: 5, arbitrary: fc.integer({ min: 1, max: 4 }) },
    { weight: 1, arbitrary: fc.constant('take over') },
  ),
  { maxLength: 15 },
);

/** An append that the log accepted. */
export interface Accepted {
  readonly tail: number;
  readonly attempt: number;
  readonly texts: readonly string[];
}

/**
 * Writes concurrently with another writer on another handle: each acts on the last state it saw,
 * and neither waits for the other.
 */
export async function writeConcurrently(
  log: EventLog,
  workflowId: WorkflowId,
  { name, plan }: { name: string; plan: readonly Action[] },
): Promise<readonly Accepted[]> {
  const accepted: Accepted[] = [];
  for (const [turn, action] of plan.entries()) {
    const { attempt, tail: after } = await recordOf(log, workflowId);
    try {
      if (action === 'take over') {
        await log.release(workflowId, { attempt });
        await log.begin(workflowId, { leaseMs });
      } else {
        const texts = Array.from({ length: action }, (_, n) => `${attempt} ${name} ${turn} ${n}`);
        const append = { attempt, after, events: texts.map(token) };
        const { tail } = await log.append(workflowId, append);
        accepted.push({ tail, attempt, texts });
      }
    } catch (error) {
      if (!isEventLogError(error, 'attempt_alive', 'attempt_overtaken', 'seq_conflict')) {
        throw error;
      }
    }
  }
  return accepted;
}

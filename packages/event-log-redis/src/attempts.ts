import {
  type Attempt,
  type AttemptName,
  isEventLogError,
  newIncarnation,
  type Renewal,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { z } from 'zod';
import { flatHashSchema, toInput, toRecord } from './record.ts';
import type { Store } from './records.ts';
import { accepted } from './reply.ts';
import { BEGIN } from './scripts/begin.ts';
import { RELEASE } from './scripts/release.ts';
import { RENEW } from './scripts/renew.ts';
import type { WorkflowIndex } from './workflow-index.ts';

const begunSchema = z.tuple([flatHashSchema]);

/** A time, or `''`. */
const timeSchema = z.tuple([z.union([z.literal(''), z.coerce.number()])]);

export interface Timing extends Store {
  readonly index: WorkflowIndex;
}

export interface Beginning extends Timing {
  readonly random: () => number;
}

export async function begin(
  { connection, keys, index, random }: Beginning,
  workflowId: WorkflowId,
  { leaseMs }: { leaseMs: number },
): Promise<Attempt> {
  const { metadata } = keys.of(workflowId);
  const args = [Math.ceil(leaseMs), newIncarnation(random)];
  // Before it: should this process end in between, somebody looks at the workflow all the same.
  await index.dueIn(workflowId, leaseMs);
  const reply = await connection.script(BEGIN, [metadata], args);
  const [fields] = begunSchema.parse(await acceptedOrDue(index, workflowId, reply));
  const record = toRecord(workflowId, fields);
  const input = toInput(workflowId, fields['input']);
  return { workflowId, attempt: record.attempt, record, input };
}

/** A refused attempt has put the look off for as long as its own lease would have lasted: that of who holds the log counts. */
async function acceptedOrDue(index: WorkflowIndex, workflowId: WorkflowId, reply: unknown) {
  try {
    return accepted(reply, { workflowId });
  } catch (error) {
    if (isEventLogError(error, 'attempt_alive') && error.leaseUntil !== undefined) {
      await index.dueAt(workflowId, error.leaseUntil);
    }
    throw error;
  }
}

export async function renew(
  { connection, keys, index }: Timing,
  workflowId: WorkflowId,
  { attempt, leaseMs, incarnation = '', tail = 0, newIncarnation = '' }: Renewal,
): Promise<void> {
  const { metadata } = keys.of(workflowId);
  const args = [attempt, Math.ceil(leaseMs), incarnation, tail, newIncarnation];
  const reply = await connection.script(RENEW, [metadata], args);
  const values = accepted(reply, { workflowId, attempt, after: tail });
  await dueAtOnce(index, workflowId, values);
}

/** Should it not be noted, it is noticed when the lease would have run out. */
async function dueAtOnce(index: WorkflowIndex, workflowId: WorkflowId, values: unknown) {
  const [time] = timeSchema.parse(values);
  if (time !== '') await index.dueAt(workflowId, time).catch(() => {});
}

export async function release(
  { connection, keys, index }: Timing,
  workflowId: WorkflowId,
  { attempt, incarnation = '' }: AttemptName,
): Promise<void> {
  const { metadata } = keys.of(workflowId);
  // Before it: whoever begins an attempt right after it changes the entry, which then has to stay.
  const seen = await index.dueOf(workflowId);
  const reply = await connection.script(RELEASE, [metadata], [attempt, incarnation]);
  const values = accepted(reply, { workflowId });
  if (values[0] !== 'never') await dueAtOnce(index, workflowId, values);
  else if (seen !== null) await index.dueInstead({ workflowId, at: seen }, null).catch(() => {});
}

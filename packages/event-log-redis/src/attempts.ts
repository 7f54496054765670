import { type Attempt, type AttemptName, newIncarnation, type Renewal } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { z } from 'zod';
import { flatHashSchema, toInput, toRecord } from './record.ts';
import type { Store } from './records.ts';
import { accepted } from './reply.ts';
import { BEGIN } from './scripts/begin.ts';
import { RELEASE } from './scripts/release.ts';
import { RENEW } from './scripts/renew.ts';

const begunSchema = z.tuple([flatHashSchema]);

export interface Beginning extends Store {
  readonly random: () => number;
}

export async function begin(
  { connection, keys, random }: Beginning,
  workflowId: WorkflowId,
  { leaseMs }: { leaseMs: number },
): Promise<Attempt> {
  const { metadata } = keys.of(workflowId);
  const args = [Math.ceil(leaseMs), newIncarnation(random)];
  const reply = await connection.script(BEGIN, [metadata], args);
  const [fields] = begunSchema.parse(accepted(reply, { workflowId }));
  const record = toRecord(workflowId, fields);
  const input = toInput(workflowId, fields['input']);
  return { workflowId, attempt: record.attempt, record, input };
}

export async function renew(
  { connection, keys }: Store,
  workflowId: WorkflowId,
  { attempt, leaseMs, incarnation = '', tail = 0, anew = '' }: Renewal,
): Promise<void> {
  const { metadata } = keys.of(workflowId);
  const args = [attempt, Math.ceil(leaseMs), incarnation, tail, anew];
  const reply = await connection.script(RENEW, [metadata], args);
  accepted(reply, { workflowId, attempt, after: tail });
}

export async function release(
  { connection, keys }: Store,
  workflowId: WorkflowId,
  { attempt, incarnation = '' }: AttemptName,
): Promise<void> {
  const { metadata } = keys.of(workflowId);
  accepted(await connection.script(RELEASE, [metadata], [attempt, incarnation]), { workflowId });
}

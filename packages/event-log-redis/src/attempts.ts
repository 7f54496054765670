import type { Attempt } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { z } from 'zod';
import { flatHashSchema, toRecord } from './record.ts';
import type { Store } from './records.ts';
import { accepted } from './reply.ts';
import { BEGIN } from './scripts/begin.ts';
import { RELEASE } from './scripts/release.ts';
import { RENEW } from './scripts/renew.ts';

const begunSchema = z.tuple([flatHashSchema]);

export async function begin(
  { connection, keys }: Store,
  workflowId: WorkflowId,
  { leaseMs }: { leaseMs: number },
): Promise<Attempt> {
  const { metadata } = keys.of(workflowId);
  const reply = await connection.script(BEGIN, [metadata], [Math.ceil(leaseMs)]);
  const [fields] = begunSchema.parse(accepted(reply, { workflowId }));
  const record = toRecord(workflowId, fields);
  return { workflowId, attempt: record.attempt, record };
}

export async function renew(
  { connection, keys }: Store,
  workflowId: WorkflowId,
  { attempt, leaseMs }: { attempt: number; leaseMs: number },
): Promise<void> {
  const { metadata } = keys.of(workflowId);
  const reply = await connection.script(RENEW, [metadata], [attempt, Math.ceil(leaseMs)]);
  accepted(reply, { workflowId, attempt });
}

export async function release(
  { connection, keys }: Store,
  workflowId: WorkflowId,
  { attempt }: { attempt: number },
): Promise<void> {
  const { metadata } = keys.of(workflowId);
  accepted(await connection.script(RELEASE, [metadata], [attempt]), { workflowId });
}

import {
  type Attempt,
  type AttemptName,
  checkBegin,
  checkRenewal,
  newIncarnation,
  type Renewal,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import type { Dependencies } from './sqlite-event-log.ts';
import { parseInput } from './read.ts';

export async function begin(
  { store, workflows, now, random }: Dependencies,
  workflowId: WorkflowId,
  { leaseMs }: { leaseMs: number },
): Promise<Attempt> {
  const { input, ...begun } = await store.write(() => {
    const writer = workflows.writer(workflowId);
    checkBegin(writer);
    const attempt = writer.attempt + 1;
    const incarnation = writer.isSameEpoch ? writer.incarnation : newIncarnation(random);
    const leaseUntil = now() + leaseMs;
    workflows.grantLease(writer.row, { attempt, incarnation, leaseUntil, leaseMs });
    const record = workflows.record(workflowId);
    return { workflowId, attempt, record, input: workflows.input(workflowId) };
  });
  return { ...begun, input: parseInput(store, input) };
}

export async function renew(
  { store, workflows, now }: Dependencies,
  workflowId: WorkflowId,
  renewal: Renewal,
): Promise<void> {
  await store.write(() => {
    const writer = workflows.writer(workflowId);
    checkRenewal(writer, renewal);
    const { attempt, leaseMs, newIncarnation: incarnation = writer.incarnation } = renewal;
    const leaseUntil = now() + leaseMs;
    workflows.grantLease(writer.row, { attempt, incarnation, leaseUntil, leaseMs });
  });
}

export async function release(
  { store, workflows }: Dependencies,
  workflowId: WorkflowId,
  { attempt, incarnation }: AttemptName,
): Promise<void> {
  await store.write(() => {
    const writer = workflows.writer(workflowId);
    const isSameIncarnation = incarnation === undefined || incarnation === writer.incarnation;
    if (attempt === writer.attempt && isSameIncarnation) workflows.endLease(writer.row);
  });
}

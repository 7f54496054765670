import type { WorkflowId } from '@runtape/events';
import type { Attempt, AttemptName, Renewal } from '../port/attempts.ts';
import { newIncarnation } from '../incarnation.ts';
import { checkBegin, checkRenewal, type WriterState } from '../checks.ts';
import type { Dependencies, StoredWorkflow } from './memory-store.ts';

export function begin(
  dependencies: Dependencies,
  workflowId: WorkflowId,
  { leaseMs }: { leaseMs: number },
): Attempt {
  const { store, now, random } = dependencies;
  const stored = store.find(workflowId);
  const state = writerState(dependencies, stored);
  checkBegin(state);
  const attempt = stored.record.attempt + 1;
  const incarnation = state.isSameEpoch ? state.incarnation : newIncarnation(random);
  stored.record = { ...stored.record, attempt, incarnation, leaseUntil: now() + leaseMs };
  stored.epoch = store.epoch;
  return { workflowId, attempt, record: stored.record, input: stored.input };
}

export function renew(dependencies: Dependencies, workflowId: WorkflowId, renewal: Renewal): void {
  const { store, now } = dependencies;
  const stored = store.find(workflowId);
  checkRenewal(writerState(dependencies, stored), renewal);
  const { leaseMs, newIncarnation: incarnation = stored.record.incarnation } = renewal;
  stored.record = { ...stored.record, incarnation, leaseUntil: now() + leaseMs };
  stored.epoch = store.epoch;
}

export function release(
  { store }: Dependencies,
  workflowId: WorkflowId,
  { attempt, incarnation }: AttemptName,
): void {
  const stored = store.find(workflowId);
  const isSameIncarnation = incarnation === undefined || incarnation === stored.record.incarnation;
  if (attempt !== stored.record.attempt || !isSameIncarnation) return;
  stored.record = { ...stored.record, leaseUntil: null };
}

export function writerState(
  { store, now }: Dependencies,
  { record, epoch }: StoredWorkflow,
): WriterState {
  const isAlive = record.leaseUntil !== null && record.leaseUntil > now();
  return { ...record, isAlive, isSameEpoch: epoch === store.epoch };
}

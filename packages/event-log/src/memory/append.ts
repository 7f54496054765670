import type { WorkflowId } from '@runtape/events';
import { type Append, encodeForLog, planAppend } from '../port/append.ts';
import { checkAppend } from '../checks.ts';
import { writerState } from './attempts.ts';
import type { Dependencies } from './memory-store.ts';

export function append(
  dependencies: Dependencies,
  workflowId: WorkflowId,
  request: Append,
): { tail: number } {
  const { store, now, segmentWriter } = dependencies;
  const stored = store.find(workflowId);
  const plan = planAppend(workflowId, request);
  const { record } = stored;
  checkAppend(writerState(dependencies, stored), request);
  const events = request.events.map(encodeForLog);
  for (const { text } of events) stored.events.push(text);
  if (request.step) stored.steps.set(request.step.step, JSON.stringify(request.step.result));
  stored.record = {
    ...record,
    tail: stored.events.length,
    status: plan.status ?? record.status,
    summary: { ...record.summary, ...plan.summary },
    ...(plan.closes ? { leaseUntil: null, endedAt: now() } : {}),
  };
  const { after } = request;
  store.announce(workflowId, store.entries(stored, { after, limit: events.length }));
  const { incarnation, status } = stored.record;
  segmentWriter.appended({ workflowId, incarnation, after, events, status });
  return { tail: after + events.length };
}

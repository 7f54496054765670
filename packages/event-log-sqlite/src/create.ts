import {
  checkThreadOwner,
  type Created,
  idempotencyConflict,
  isSameStart,
  newIncarnation,
  newRecord,
  type NewWorkflow,
  workflowExists,
} from '@runtape/event-log';
import type { Dependencies } from './sqlite-event-log.ts';
import { parseInput } from './read.ts';

export async function create(dependencies: Dependencies, workflow: NewWorkflow): Promise<Created> {
  const { store, workflows, now, random, watch } = dependencies;
  const { workflowId, idempotencyKey } = workflow;
  const input = JSON.stringify(workflow.input);
  const { record, created, earlierInput } = await store.write(() => {
    const earlier = idempotencyKey === undefined ? null : workflows.findByKey(idempotencyKey);
    if (earlier !== null) {
      const text = workflows.input(earlier.workflowId);
      return { record: earlier, created: false, earlierInput: text };
    }
    if (workflows.find(workflowId) !== null) throw workflowExists(workflowId);
    const { threadId } = workflow;
    checkThreadOwner(workflow, threadId === undefined ? null : workflows.firstOf(threadId));
    const createdAt = now();
    const incarnation = newIncarnation(random);
    workflows.insert(newRecord(workflow, { incarnation, now: createdAt }), workflow, input);
    return { record: workflows.record(workflowId), created: true };
  });
  if (created) watch.joined(record);
  // Outside the transaction, because comparing large inputs takes a while.
  if (earlierInput !== undefined) {
    const earlier = { workflow: record.workflow, input: parseInput(store, earlierInput) };
    if (!isSameStart(earlier, workflow)) throw idempotencyConflict(record.workflowId);
  }
  return { record, created };
}

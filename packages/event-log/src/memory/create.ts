import { type Created, isSameStart, newRecord, type NewWorkflow } from '../port/create.ts';
import { newIncarnation } from '../incarnation.ts';
import { idempotencyConflict, workflowExists } from '../errors.ts';
import { checkThreadOwner, nextPosition } from '../port/threads.ts';
import type { Dependencies } from './memory-store.ts';

export function create({ store, now, random }: Dependencies, workflow: NewWorkflow): Created {
  const { byKey, workflows, epoch } = store;
  const { workflowId, idempotencyKey } = workflow;
  const earlier = idempotencyKey === undefined ? undefined : byKey.get(idempotencyKey);
  if (earlier !== undefined) {
    const { record, input } = earlier;
    if (!isSameStart({ workflow: record.workflow, input }, workflow)) {
      throw idempotencyConflict(record.workflowId);
    }
    return { record, created: false };
  }
  if (workflows.has(workflowId)) throw workflowExists(workflowId);
  const [first = null] = store.members(workflow.threadId ?? null);
  checkThreadOwner(workflow, first?.record ?? null);
  const createdAt = now();
  const { input, ...copy } = structuredClone(workflow);
  const incarnation = newIncarnation(random);
  const record = newRecord({ ...copy, input }, { incarnation, now: createdAt });
  const position = nextPosition(store.lastPosition, createdAt);
  store.lastPosition = position;
  const empty = { events: [], segments: [], steps: new Map(), commands: [] };
  store.add({ record, input, position, epoch, idempotencyKey, ...empty });
  if (record.threadId !== null) store.announceMember(record.threadId);
  return { record, created: true };
}

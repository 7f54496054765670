import {
  compareEventIds,
  type EventId,
  isCustomType,
  isOtherEvent,
  type KnownEvent,
  type WorkflowSnapshot,
} from '@runtape/events';
import { WorkflowStateError } from './errors.ts';
import { foldAgent } from './fold-agents.ts';
import { foldLog, foldStatus } from './fold-logs.ts';
import { foldToken } from './fold-parts.ts';
import { foldSpending } from './fold-spending.ts';
import { foldStep } from './fold-steps.ts';
import { foldTool } from './fold-tools.ts';
import { foldWorkflow } from './fold-workflow.ts';
import { type FindReducer, foldOwn, type StateEntry } from './own-state/fold-own.ts';

/**
 * Folds one entry into the state. It is pure; unchanged parts keep their identity. An event of a
 * type that only a newer version knows just moves the cursor. It computes no own state of the
 * workflow; see `createReducer`.
 * It cannot detect a gap before the entry: a merged token entry covers several numbers, and a
 * reader may follow only some event types. The reader of the log must ensure that no event is
 * missing.
 * @returns the next state; the same one when the entry is at or before its cursor.
 * @throws WorkflowStateError `other_incarnation` when the entry is from another log than the
 *   cursor.
 */
export function reduce(state: WorkflowSnapshot, entry: StateEntry): WorkflowSnapshot {
  return reduceWith(state, entry, () => undefined);
}

/** Folds one entry as `reduce` does, and the workflow's own state with its reducer. */
export function reduceWith(
  state: WorkflowSnapshot,
  { id, event }: StateEntry,
  find: FindReducer,
): WorkflowSnapshot {
  if (isFolded(state, id)) return state;
  const isOther = isOtherEvent(event);
  if (isOther && !isCustomType(event.type)) return { ...state, cursor: id };
  const spending = foldSpending(state.spending, event);
  const changes = isOther ? undefined : changesOf(state, id, event);
  // Most events are tokens, and change nothing of the workflow's own.
  const own = event.type === 'token' ? undefined : foldOwn(state, { id, event }, find);
  return { ...state, ...changes, ...own, spending, cursor: id, updatedAt: event.timestamp };
}

function isFolded({ cursor, workflowId }: WorkflowSnapshot, id: EventId): boolean {
  if (cursor === null) return false;
  const order = compareEventIds(id, cursor);
  if (order !== null) return order <= 0;
  throw new WorkflowStateError(
    'other_incarnation',
    `Entry ${id} cannot follow ${cursor}: they are from different logs. Start again from a reset or an empty state.`,
    { workflowId },
  );
}

function changesOf(
  state: WorkflowSnapshot,
  id: EventId,
  event: KnownEvent,
): Partial<WorkflowSnapshot> {
  switch (event.type) {
    case 'token':
      return { parts: foldToken(state.parts, event) };
    case 'status':
      return foldStatus(state, id, event);
    case 'log:created':
      return { logs: foldLog(state.logs, id, event) };
    case 'step:started':
    case 'step:completed':
      return { steps: foldStep(state.steps, event) };
    case 'tool:called':
    case 'tool:returned':
      return { tools: foldTool(state.tools, event) };
    case 'agent:started':
    case 'agent:progress':
    case 'agent:completed':
    case 'agent:failed':
      return { agents: foldAgent(state.agents, event) };
    case 'budget:warning':
      return { budget: { state: 'warning', ...event.data } };
    case 'budget:exceeded':
      return { budget: { state: 'exceeded', ...event.data } };
    case 'workflow:started':
    case 'workflow:running':
    case 'workflow:paused':
    case 'workflow:resumed':
    case 'workflow:retrying':
    case 'workflow:completed':
    case 'workflow:failed':
    case 'workflow:cancelled':
      return foldWorkflow(state, event);
  }
}

import type { WorkflowSnapshot } from '@runtape/events';

/**
 * Returns the state of a workflow before its first event.
 * @param workflowId not validated, so that a page can show a state for any address.
 */
export function initialState(workflowId: string): WorkflowSnapshot {
  return {
    workflowId,
    cursor: null,
    status: 'queued',
    workflow: '',
    title: '',
    target: '',
    url: null,
    attempt: 0,
    maxAttempts: 0,
    retry: null,
    statuses: [],
    parts: [],
    steps: [],
    tools: [],
    agents: [],
    logs: [],
    custom: {},
    state: null,
    stateError: null,
    fold: { custom: { kept: {}, steps: {} }, state: null },
    usage: null,
    cost: null,
    budget: null,
    spending: null,
    startedAt: null,
    updatedAt: null,
    endedAt: null,
    result: null,
    error: null,
    cancelled: null,
  };
}

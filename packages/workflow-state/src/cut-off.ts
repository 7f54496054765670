import type { AgentState, ToolCallState } from '@runtape/events';

/** The summary of a call that ran when its workflow ended. */
export const CUT_OFF = 'The workflow ended before this call returned.';

/** It did not fail: it was still running when its workflow ended. */
export function isCutOffCall({
  status,
  summary,
}: Pick<ToolCallState, 'status' | 'summary'>): boolean {
  return status === 'failed' && summary === CUT_OFF;
}

/** It did not fail: its workflow was stopped, by a person or by its budget, while it ran. */
export function isCutOffAgent({ status, error }: Pick<AgentState, 'status' | 'error'>): boolean {
  return status === 'failed' && error === null;
}

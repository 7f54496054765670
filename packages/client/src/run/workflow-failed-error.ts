import type { WorkflowSnapshot } from '@runtape/events';

/** What `result()` rejects with when a workflow has ended without a result. */
export class WorkflowFailedError extends Error {
  override readonly name = 'WorkflowFailedError';
  readonly workflowId: string;
  readonly outcome: 'failed' | 'cancelled';
  /** The code of the workflow's failure; `cancelled` when it was cancelled. */
  readonly code: string;
  /** The page that describes the code. */
  readonly docs: string;

  constructor(snapshot: Pick<WorkflowSnapshot, 'workflowId' | 'error' | 'cancelled'>) {
    const { workflowId, error, cancelled } = snapshot;
    super(error?.message ?? describeCancel(cancelled ?? {}));
    this.workflowId = workflowId;
    this.outcome = error === null ? 'cancelled' : 'failed';
    this.code = error?.code ?? 'cancelled';
    this.docs = `docs/errors/${this.code}.md`;
  }
}

function describeCancel({ by, reason }: NonNullable<WorkflowSnapshot['cancelled']>): string {
  const cancelled =
    by === undefined ? 'The workflow was cancelled' : `${by} cancelled the workflow`;
  return reason === undefined ? `${cancelled}.` : `${cancelled}: ${reason}`;
}

import type { EventLog, WorkflowRecord } from '@runtape/event-log';
import { isWorkflowId } from '@runtape/events';
import { type Identity, isKnown, mayChange, mayRead } from './identity.ts';
import { notSignedIn, requireViewer, sessionExpired } from './require-user.ts';
import { ApiError, NO_SUCH_WORKFLOW } from '../errors/api-error.ts';

/** The context for deciding whether a user may see a workflow. */
export interface AccessContext {
  readonly log: EventLog;
  readonly identity: Identity;
  /** In ms since 1970. */
  readonly now: () => number;
}

export interface FindOptions {
  /** Whether the workflow will be changed; sharing does not permit that. Default: false. */
  readonly toChange?: boolean | undefined;
}

/**
 * Finds a workflow that the client may see.
 * @throws ApiError `unknown_workflow`, also for an invalid id, and for a workflow of another user,
 *   whose existence is not revealed; `read_only` when it was only shared; `unauthorized` when the
 *   client is not signed in or its session has expired.
 */
export async function findWorkflow(
  { log, identity, now }: AccessContext,
  workflowId: string,
  { toChange = false }: FindOptions = {},
): Promise<WorkflowRecord> {
  requireViewer({ identity });
  if (identity.expiresAt !== null && identity.expiresAt <= now()) throw sessionExpired();
  const record = await getWorkflow(log, workflowId);
  if (!mayRead(identity, record, now())) throw isKnown(identity) ? unknown() : notSignedIn();
  if (toChange && !mayChange(identity, record)) {
    throw new ApiError(
      'read_only',
      'This workflow was shared with you to look at. Only who started it can change it.',
    );
  }
  return record;
}

/** Finds a workflow without checking access. @throws ApiError `unknown_workflow`. */
export async function getWorkflow(log: EventLog, workflowId: string): Promise<WorkflowRecord> {
  const record = isWorkflowId(workflowId) ? await log.get(workflowId) : null;
  if (record === null) throw unknown();
  return record;
}

function unknown(): ApiError {
  return new ApiError('unknown_workflow', NO_SUCH_WORKFLOW);
}

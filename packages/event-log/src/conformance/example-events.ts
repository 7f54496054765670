import {
  type EventOf,
  type WorkflowEvent,
  type WorkflowId,
  workflowIdSchema,
} from '@runtape/events';
import type { NewWorkflow } from '../port/create.ts';

const timestamp = '2026-01-02T03:04:05.678Z';

export function newWorkflowId(): WorkflowId {
  return workflowIdSchema.parse(`wf_${crypto.randomUUID().replaceAll('-', '')}`);
}

export function newWorkflow(differing: Partial<NewWorkflow> = {}): NewWorkflow {
  return {
    workflowId: newWorkflowId(),
    workflow: 'writeText',
    input: { target: { kind: 'example', name: 'one' }, post: false },
    summary: { title: 'A title', target: 'example:one' },
    ...differing,
  };
}

export function token(content: string): EventOf<'token'> {
  const data = { part: 'text', content, isComplete: false };
  return { type: 'token', data, timestamp, metadata: { attempt: 1, step: 'write' } };
}

export function running(attempt: number): EventOf<'workflow:running'> {
  return { type: 'workflow:running', data: { attempt, maxAttempts: 3 }, timestamp };
}

export function paused(): EventOf<'workflow:paused'> {
  return { type: 'workflow:paused', data: {}, timestamp };
}

export function resumed(): EventOf<'workflow:resumed'> {
  return { type: 'workflow:resumed', data: {}, timestamp };
}

export function completed(): EventOf<'workflow:completed'> {
  const data = { durationMs: 5, usage: null, cost: null, result: { text: 'done' } };
  return { type: 'workflow:completed', data, timestamp };
}

export function failed(): EventOf<'workflow:failed'> {
  const error = { code: 'model_refused', message: 'The model refused. Try another.' };
  return { type: 'workflow:failed', data: { durationMs: 5, error }, timestamp };
}

export function cancelled(): EventOf<'workflow:cancelled'> {
  return { type: 'workflow:cancelled', data: { durationMs: 5 }, timestamp };
}

/** The text of a token; the type of anything else. */
export function contentOf(event: WorkflowEvent): string {
  return event.type === 'token' ? event.data.content : event.type;
}

'use client';

import {
  type App,
  type ConnectionState,
  type RunEvent,
  type RuntapeClientError,
  WorkflowFailedError,
  type WorkflowName,
  type WorkflowRun,
  type WorkflowsOf,
  type WorkflowTypes,
} from '@runtape/client';
import type { WorkflowSnapshot, WorkflowStatus } from '@runtape/events';
import { ownState, textOf } from '@runtape/workflow-state';
import { useMemo } from 'react';
import { useRuntapeContext } from './runtape-provider.tsx';
import { useWorkflowStream } from './use-workflow-stream.ts';

export interface WorkflowOptions<Types extends WorkflowTypes = WorkflowTypes> {
  /** Whether to follow the workflow; with false, the last state stays. Default: true. */
  readonly enabled?: boolean | undefined;
  /**
   * Called for each event that arrives while the component is mounted, once and in order. Earlier
   * events arrive as one `workflow:state`.
   */
  readonly onEvent?: ((event: RunEvent<Types>) => void) | undefined;
}

/** A workflow as a component shows it. */
export interface FollowedWorkflow<Types extends WorkflowTypes = WorkflowTypes> extends Pick<
  WorkflowRun<Types>,
  'cancel' | 'pause' | 'resume'
> {
  /**
   * The state that the definition's `reduce` computes. `undefined` until the workflow has started,
   * and if the client does not know it: pass the contract to `createRuntapeClient` as one of its
   * `workflows`.
   */
  readonly state: Types['state'] | undefined;
  /**
   * Returns a text that the workflow writes, as far as it is written.
   * @param part the name of the text. Default: the newest one that is not a model's reasoning.
   */
  readonly text: (part?: string) => string;
  /** The value that the workflow returned; `null` until it has completed. */
  readonly result: Types['result'] | null;
  readonly status: WorkflowStatus;
  /** Why there is no result: the workflow has ended without one, or the stream has failed. */
  readonly error: WorkflowFailedError | RuntapeClientError | null;
  readonly connection: ConnectionState;
  /** Everything else that is known of the workflow. */
  readonly workflow: WorkflowSnapshot;
  /** Reconnects immediately, even if the stream has failed. */
  readonly reconnect: () => void;
}

/** The workflow id while there is no workflow. */
const NO_WORKFLOW = '';

/**
 * Follows a workflow, with at most one render a frame. Components that follow the same workflow
 * share one connection. Leaving the page does not stop the workflow.
 * @typeParam Called `typeof runtape` of the server. With several workflows, name the one, too:
 *   `useWorkflow<App, 'summarise'>('summarise', id)`, or use `createHooks`.
 * @param name the name of the workflow's definition, which types what is returned.
 * @param workflowId `null` while there is none: nothing is followed.
 */
export function useWorkflow<
  Called extends App = App,
  Name extends WorkflowName<Called> = WorkflowName<Called>,
>(
  name: Name,
  workflowId: string | null,
  options?: WorkflowOptions<WorkflowsOf<Called>[Name]>,
): FollowedWorkflow<WorkflowsOf<Called>[Name]>;
export function useWorkflow(
  _name: string,
  workflowId: string | null,
  { enabled = true, onEvent }: WorkflowOptions = {},
): FollowedWorkflow {
  const { client } = useRuntapeContext();
  const id = workflowId ?? NO_WORKFLOW;
  const { workflow, connection, error, reconnect } = useWorkflowStream(id, {
    enabled: enabled && workflowId !== null,
    onEvent: onEvent && (({ id: eventId, message }) => onEvent({ ...message, id: eventId })),
  });
  const failure = useMemo(() => failureOf(workflow), [workflow]);
  const { status, result } = workflow;
  return {
    state: ownState(workflow),
    text: (part) => textOf(workflow, part),
    result,
    status,
    error: failure ?? error,
    connection,
    workflow,
    reconnect,
    cancel: (options) => client.cancelWorkflow(id, options),
    pause: () => client.pauseWorkflow(id),
    resume: () => client.resumeWorkflow(id),
  };
}

function failureOf(workflow: WorkflowSnapshot): WorkflowFailedError | null {
  const { status } = workflow;
  return status === 'failed' || status === 'cancelled' ? new WorkflowFailedError(workflow) : null;
}

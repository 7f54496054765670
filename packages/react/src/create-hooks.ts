import type { App, RuntapeClient, WorkflowName, WorkflowsOf } from '@runtape/client';
import { useRuntapeClient } from './runtape-provider.tsx';
import { type FollowedWorkflow, useWorkflow, type WorkflowOptions } from './use-workflow.ts';

/** The hooks whose types follow from an app. */
export interface Hooks<Called extends App> {
  /** As the exported `useWorkflow`; the name alone types it. */
  useWorkflow<Name extends WorkflowName<Called>>(
    name: Name,
    workflowId: string | null,
    options?: WorkflowOptions<WorkflowsOf<Called>[Name]>,
  ): FollowedWorkflow<WorkflowsOf<Called>[Name]>;
  /** As the exported `useRuntapeClient`: the client starts the app's workflows, typed. */
  useRuntapeClient(): RuntapeClient<Called>;
}

/**
 * Returns the hooks, typed by an app; call it once, beside the client.
 * @typeParam Called `typeof runtape` of the server, imported as a type.
 */
export function createHooks<Called extends App>(): Hooks<Called>;
export function createHooks(): object {
  return { useWorkflow, useRuntapeClient };
}

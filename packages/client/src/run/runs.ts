import type { App, WorkflowName, WorkflowsOf, WorkflowTypes } from '@runtape/contract';
import { RuntapeClientError } from '../transport/errors.ts';
import type { TrpcClient } from '../transport/trpc-client.ts';
import type { WorkflowInput } from './run-types.ts';
import { createRun, type RunClient, type WorkflowRun } from './workflow-run.ts';

export interface StartOptions {
  /** The thread that the workflow joins. Default: a new one of its own. */
  readonly threadId?: string | undefined;
  /**
   * Starting again with the same key, 1 to 200 characters, returns the workflow that was started
   * first. Use one to repeat a start whose response was lost. Default: none.
   */
  readonly idempotencyKey?: string | undefined;
}

/** A run that was started, now or earlier with the same idempotency key. */
export interface StartedRun<Types extends WorkflowTypes> extends WorkflowRun<Types> {
  /** False if it was started earlier with the same idempotency key. */
  readonly created: boolean;
}

/** The methods of a client whose types follow from the app. */
export interface Runs<Called extends App> {
  /**
   * Starts a workflow.
   * @param name the name of its definition.
   * @param input what the definition's schema accepts.
   * @returns the run, to follow it. It goes on without anybody following it.
   * @throws RuntapeClientError, for instance `invalid_input` or `unknown_workflow_name`.
   */
  start<Name extends WorkflowName<Called>>(
    name: Name,
    input: WorkflowInput<Called, Name>,
    options?: StartOptions,
  ): Promise<StartedRun<WorkflowsOf<Called>[Name]>>;
  /**
   * Returns a workflow that was started earlier, here or elsewhere. Sends nothing.
   * @param workflowId not checked here; following an unknown one is refused.
   */
  run(workflowId: string): WorkflowRun;
  /** @param name the name of its definition, which types the run. */
  run<Name extends WorkflowName<Called>>(
    name: Name,
    workflowId: string,
  ): WorkflowRun<WorkflowsOf<Called>[Name]>;
}

export interface RunsOptions {
  readonly client: RunClient;
  readonly trpc: TrpcClient;
}

/** Makes the methods. Their types are known at compile time only, so they are not checked here. */
export function createRuns<Called extends App>(options: RunsOptions): Runs<Called>;
export function createRuns({ client, trpc }: RunsOptions): object {
  return {
    start: async (workflow: string, input: unknown, options?: StartOptions) => {
      try {
        const started = await trpc.start.mutate({ ...options, workflow, input });
        return { ...createRun(client, started.workflowId), created: started.created };
      } catch (error) {
        throw RuntapeClientError.from(error);
      }
    },
    run: (nameOrId: string, workflowId = nameOrId) => createRun(client, workflowId),
  };
}

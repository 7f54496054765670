import type { App, WorkflowName, WorkflowsOf } from '@runtape/contract';
import { createRun, type RunClient, type WorkflowRun } from './workflow-run.ts';

/** The methods of a client whose types follow from the app. */
export interface Runs<Called extends App> {
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

/** Makes the methods. Their types are known at compile time only, so they are not checked here. */
export function createRuns<Called extends App>(client: RunClient): Runs<Called>;
export function createRuns(client: RunClient): object {
  return {
    run: (nameOrId: string, workflowId = nameOrId) => createRun(client, workflowId),
  };
}

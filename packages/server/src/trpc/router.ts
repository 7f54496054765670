import {
  type AppRouter as ContractRouter,
  noInput,
  type Operation,
  operations,
} from '@runtape/contract';
import type { AnyRouter } from '@trpc/server';
import { z } from 'zod';
import type { Implementation, OperationCall } from '../http/operation.ts';
import type { ApiContext } from '../http/request-context.ts';
import { cancelWorkflow } from '../operations/cancel-workflow.ts';
import { definitions } from '../operations/definitions.ts';
import { getWorkflow } from '../operations/get-workflow.ts';
import { listWorkflows } from '../operations/list-workflows.ts';
import { onThreadEvents } from '../operations/on-thread-events.ts';
import { onWorkflowEvents } from '../operations/on-workflow-events.ts';
import { pauseWorkflow } from '../operations/pause-workflow.ts';
import { resumeWorkflow } from '../operations/resume-workflow.ts';
import { shareWorkflow } from '../operations/share-workflow.ts';
import { start } from '../operations/start-workflow.ts';
import { statistics } from '../operations/statistics.ts';
import { threadEvents } from '../operations/thread-events.ts';
import { workflowEvents } from '../operations/workflow-events.ts';
import { workflowInfo } from '../operations/workflow-info.ts';
import { workflowInput } from '../operations/workflow-input.ts';
import { workflowPast } from '../operations/workflow-past.ts';
import { workflowTape } from '../operations/workflow-tape.ts';
import { createTrpc, type TrpcOptions } from './create-trpc.ts';

/**
 * Makes the tRPC router. Each procedure is an operation under the path that clients call.
 * @param plugins the procedures of plugins; the type of the router does not show them
 */
export function createRouter(
  options: TrpcOptions,
  plugins: readonly Implementation<Operation>[],
): AppRouter;
export function createRouter(
  options: TrpcOptions,
  plugins: readonly Implementation<Operation>[],
): AnyRouter {
  const { router, procedure, mergeRouters } = createTrpc(options);
  const kernel = router({
    start: procedure.input(start.input).mutation(start.run),
    cancelWorkflow: procedure.input(cancelWorkflow.input).mutation(cancelWorkflow.run),
    pauseWorkflow: procedure.input(pauseWorkflow.input).mutation(pauseWorkflow.run),
    resumeWorkflow: procedure.input(resumeWorkflow.input).mutation(resumeWorkflow.run),
    shareWorkflow: procedure.input(shareWorkflow.input).mutation(shareWorkflow.run),
    definitions: procedure.query(definitions.run),
    statistics: procedure.query(statistics.run),
    workflow: {
      get: procedure.input(getWorkflow.input).query(getWorkflow.run),
      info: procedure.input(workflowInfo.input).query(workflowInfo.run),
      input: procedure.input(workflowInput.input).query(workflowInput.run),
      list: procedure.input(listWorkflows.input).query(listWorkflows.run),
      events: procedure.input(workflowEvents.input).query(workflowEvents.run),
      past: procedure.input(workflowPast.input).query(workflowPast.run),
      tape: procedure.input(workflowTape.input).query(workflowTape.run),
    },
    thread: { events: procedure.input(threadEvents.input).query(threadEvents.run) },
    onWorkflowEvents: procedure
      .input(operations.onWorkflowEvents.input)
      .subscription(onWorkflowEvents),
    onThreadEvents: procedure.input(operations.onThreadEvents.input).subscription(onThreadEvents),
  });
  const added = plugins.map((implementation) => {
    const { contract, input } = implementation;
    const run = async (call: OperationCall<unknown>) => await implementation.run(call);
    const checked = procedure.input(Object.is(input, noInput) ? anything : input);
    const made = contract.kind === 'mutation' ? checked.mutation(run) : checked.query(run);
    const [name = '', group] = contract.path.split('.').toReversed();
    return router(group === undefined ? { [name]: made } : { [group]: { [name]: made } });
  });
  return mergeRouters(kernel, ...added);
}

/** An input that is not read. */
const anything = z.unknown();

/** The router of the contract with the context of its procedures. */
export type AppRouter = ContractRouter<ApiContext>;

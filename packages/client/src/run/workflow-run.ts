import type { Outputs, WorkflowTypes } from '@runtape/contract';
import { type StreamEntry, TERMINAL_TYPES } from '@runtape/events';
import { initialState, ownState, textOf, type WorkflowReducer } from '@runtape/workflow-state';
import type { FollowOptions } from '../follow/follow-options.ts';
import type { Calls } from '../transport/calls.ts';
import type { RunEvent, RunEventType, RunState } from './run-types.ts';
import { WorkflowFailedError } from './workflow-failed-error.ts';

/** The options of everything that follows a run. */
export interface RunOptions extends Pick<FollowOptions, 'signal' | 'onConnection' | 'onProblem'> {}

export interface RunEventsOptions<Types extends WorkflowTypes> extends Omit<
  FollowOptions,
  'types'
> {
  /**
   * Deliver only events of these types, own or built-in. The terminal event and snapshots are
   * always delivered. Default: all types.
   */
  readonly types?: Iterable<RunEventType<Types>> | undefined;
}

/**
 * One workflow that was started. Each iteration, and each `result`, follows the workflow by itself,
 * reconnects as `follow` does, and can be repeated. Leaving one does not stop the workflow.
 */
export interface WorkflowRun<Types extends WorkflowTypes = WorkflowTypes> {
  readonly workflowId: string;
  /**
   * Its events, each once and in order, from the first to the terminal event.
   * @throws the same errors as `follow`.
   */
  events(options?: RunEventsOptions<Types>): AsyncIterable<RunEvent<Types>, void>;
  /**
   * Its state after each event, from now to its end. The last one is final.
   * @throws the same errors as `follow`.
   */
  states(options?: RunOptions): AsyncIterable<RunState<Types>, void>;
  /**
   * A text that it writes, from now to its end: the whole text so far, each time it changes. A text
   * that an attempt starts again becomes shorter.
   * @param part the name of the text, as given to `ctx.text`. Default: the newest one that is not
   *   the model's reasoning.
   * @throws the same errors as `follow`.
   */
  text(part?: string, options?: RunOptions): AsyncIterable<string, void>;
  /**
   * Waits until it has completed.
   * @returns the value that the definition's `run` returned.
   * @throws WorkflowFailedError when it has failed or was cancelled; the same errors as `follow`.
   */
  result(options?: RunOptions): Promise<Types['result']>;
  /**
   * Cancels it for good, wherever it runs.
   * @param options `reason` is shown to everyone who follows it.
   * @throws RuntapeClientError
   */
  cancel(options?: { readonly reason?: string | undefined }): Promise<Outputs['cancelWorkflow']>;
  /**
   * Pauses it: no worker runs it until it is resumed.
   * @throws RuntapeClientError
   */
  pause(): Promise<Outputs['pauseWorkflow']>;
  /**
   * Lets it continue after its last completed step.
   * @throws RuntapeClientError
   */
  resume(): Promise<Outputs['resumeWorkflow']>;
}

/** The members of a client that a run needs. */
export interface RunClient extends Pick<
  Calls,
  'cancelWorkflow' | 'pauseWorkflow' | 'resumeWorkflow'
> {
  readonly reducer: WorkflowReducer;
  follow(workflowId: string, options?: FollowOptions): AsyncIterable<StreamEntry>;
}

export function createRun(client: RunClient, workflowId: string): WorkflowRun {
  const { applyStreamEntry } = client.reducer;

  async function* events(options?: RunEventsOptions<WorkflowTypes>) {
    for await (const { id, message } of client.follow(workflowId, options)) {
      yield { ...message, id };
    }
  }

  async function* states(options?: RunOptions) {
    let state = initialState(workflowId);
    for await (const entry of client.follow(workflowId, { ...options, replay: 'snapshot' })) {
      state = applyStreamEntry(state, entry);
      yield { ...state, state: ownState(state) };
    }
  }

  async function* text(part?: string, options?: RunOptions) {
    let last = '';
    for await (const state of states(options)) {
      const written = textOf(state, part);
      if (written !== last) yield written;
      last = written;
    }
  }

  async function result(options?: RunOptions): Promise<unknown> {
    let state = initialState(workflowId);
    const entries = client.follow(workflowId, { ...options, types: TERMINAL_TYPES });
    for await (const entry of entries) state = applyStreamEntry(state, entry);
    if (state.status === 'completed') return state.result;
    throw new WorkflowFailedError(state);
  }

  return {
    workflowId,
    events,
    states,
    text,
    result,
    cancel: (options) => client.cancelWorkflow(workflowId, options),
    pause: () => client.pauseWorkflow(workflowId),
    resume: () => client.resumeWorkflow(workflowId),
  };
}

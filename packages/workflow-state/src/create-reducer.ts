import type { StreamEntry, WorkflowSnapshot } from '@runtape/events';
import { applyStreamEntryWith } from './apply-stream-entry.ts';
import { WorkflowStateError } from './errors.ts';
import type { StateEntry } from './own-state/fold-own.ts';
import { OwnReducer } from './own-state/own-reducer.ts';
import type { StateContract } from './own-state/state-contract.ts';
import { reduceWith } from './reduce.ts';

export interface ReducerOptions {
  /**
   * Called with a `WorkflowStateError` when the reducer of a workflow fails. Its `cause` is what
   * the reducer threw. The fold goes on, and the snapshot has a `stateError`. Called again when the
   * same events are folded again. Default: ignored.
   */
  readonly onError?: ((error: WorkflowStateError) => void) | undefined;
}

/** Folds events, and the own state of workflows. */
export interface WorkflowReducer {
  /** As the exported `reduce`; the snapshot also has the own state. */
  readonly reduce: (state: WorkflowSnapshot, entry: StateEntry) => WorkflowSnapshot;
  /** As the exported `applyStreamEntry`; the snapshot also has the own state. */
  readonly applyStreamEntry: (state: WorkflowSnapshot, entry: StreamEntry) => WorkflowSnapshot;
}

/**
 * Makes a fold that also computes the own state of workflows, with the reducers of their contracts.
 * A workflow without a contract here keeps the state that a snapshot has, until an event of its own
 * comes.
 */
export function createReducer(
  contracts: Iterable<StateContract>,
  { onError = () => undefined }: ReducerOptions = {},
): WorkflowReducer {
  const reducers = new Map<string, OwnReducer>();
  for (const contract of contracts) {
    if (contract.reduce === undefined) continue;
    const { name: workflow } = contract;
    const reducer = new OwnReducer(contract, ({ code, message, cause }) =>
      onError(new WorkflowStateError(code, message, { workflow, cause })),
    );
    reducers.set(workflow, reducer);
  }
  const find = (workflow: string): OwnReducer | undefined => reducers.get(workflow);
  return {
    reduce: (state, entry) => reduceWith(state, entry, find),
    applyStreamEntry: (state, entry) => applyStreamEntryWith(state, entry, find),
  };
}

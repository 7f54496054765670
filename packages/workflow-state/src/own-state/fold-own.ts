import {
  type EventId,
  isOtherEvent,
  type WorkflowEvent,
  type WorkflowSnapshot,
} from '@runtape/events';
import { dropCustom, foldCustom, keepCustom } from './fold-custom.ts';
import {
  beginState,
  beginStep,
  endFold,
  foldState,
  keepStep,
  type OwnPart,
  supersedeOwn,
} from './fold-state.ts';
import type { OwnReducer } from './own-reducer.ts';

/** An event with its id. */
export interface StateEntry {
  readonly id: EventId;
  readonly event: WorkflowEvent;
}

/** Finds the reducer of a workflow by the name of its definition. */
export type FindReducer = (workflow: string) => OwnReducer | undefined;

/**
 * Folds an event into the workflow's own part of the snapshot: its own events, and the state that
 * its reducer computes from them. The next attempt repeats the events outside completed steps, so a
 * retry drops them.
 * @returns the changes; `undefined` when there are none.
 */
export function foldOwn(
  snapshot: WorkflowSnapshot,
  { id, event }: StateEntry,
  find: FindReducer,
): Partial<OwnPart> | undefined {
  const { workflow, fold, attempt } = snapshot;
  if (isOtherEvent(event)) {
    const { type, data, timestamp, metadata } = event;
    const how = { step: metadata?.step, reducer: find(workflow) };
    return foldState(
      foldCustom(ownPartOf(snapshot), id, event),
      { id, type, data, timestamp },
      how,
    );
  }
  switch (event.type) {
    case 'workflow:started': {
      const reducer = find(event.data.workflow);
      return reducer && beginState(ownPartOf(snapshot), id, reducer);
    }
    case 'step:started':
      return { fold: beginStep(dropCustom(fold, event.data.step), event.data.step) };
    case 'step:completed': {
      const { step } = event.data;
      const counted = { ...ownPartOf(snapshot), fold: keepCustom(fold, step) };
      return keepStep(counted, step, { id, reducer: find(workflow) });
    }
    case 'workflow:running':
      return event.data.attempt === attempt ? undefined : supersedeOwn(ownPartOf(snapshot));
    case 'workflow:retrying':
      return supersedeOwn(ownPartOf(snapshot));
    case 'workflow:completed':
    case 'workflow:failed':
    case 'workflow:cancelled':
      return { fold: endFold(fold) };
    default:
      return undefined;
  }
}

function ownPartOf({ custom, state, stateError, fold }: WorkflowSnapshot): OwnPart {
  return { custom, state, stateError, fold };
}

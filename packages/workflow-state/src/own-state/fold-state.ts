import type { CustomEvent, EventId, OwnState, WorkflowSnapshot } from '@runtape/events';
import { measureJson } from './measure-json.ts';
import { MAX_STATE_CHARS, type OwnReducer } from './own-reducer.ts';

type Fold = WorkflowSnapshot['fold'];
type StateFold = NonNullable<Fold['state']>;
type Waiting = StateFold['waiting'][number];

/** The part of a snapshot that own events change. */
export type OwnPart = Pick<WorkflowSnapshot, 'custom' | 'state' | 'stateError' | 'fold'>;

/** The estimated overhead of each event that waits, in characters. */
const ENVELOPE = 100;
/** The limit for the events that wait, in characters of JSON, about. */
const MAX_WAITING_CHARS = 2 * MAX_STATE_CHARS;

/** Returns the state before the first own event. */
export function beginState(part: OwnPart, id: EventId, reducer: OwnReducer): OwnPart {
  const kept = reducer.initial(id);
  return show(part, kept, { kept, step: null, waiting: [] });
}

/**
 * Folds an own event.
 * @param step the step that emitted it.
 * @param reducer without one, the state is not known from here on.
 */
export function foldState(
  part: OwnPart,
  event: CustomEvent,
  {
    step,
    reducer,
  }: { readonly step?: string | undefined; readonly reducer: OwnReducer | undefined },
): OwnPart {
  const { fold } = part;
  if (fold.state === null) return part;
  if (reducer === undefined) return forget(part);
  const visible = { value: part.state, error: part.stateError };
  const next = reducer.apply(visible, event);
  if (step === undefined) return show(part, next, fold.state);
  const opened = openStep(fold.state, step);
  if (opened.step?.name !== step) return show(part, next, addWaiting(opened, step, event));
  const { state } = opened.step;
  // Mostly there is one step, and nothing besides it.
  const isVisible = state.value === visible.value && state.error === visible.error;
  const ofStep = { name: step, state: isVisible ? next : reducer.apply(state, event) };
  return show(part, next, { ...opened, step: ofStep });
}

/** Begins a step, whose events are folded apart until it completes. */
export function beginStep(fold: Fold, step: string): Fold {
  return fold.state === null
    ? fold
    : { ...fold, state: openStep(closeStep(fold.state, step), step) };
}

/** Adds the events of a completed step to those that no attempt repeats. */
export function keepStep(
  part: OwnPart,
  step: string,
  { id, reducer }: { readonly id: EventId; readonly reducer: OwnReducer | undefined },
): OwnPart {
  const { state } = part.fold;
  if (state === null) return part;
  const rest = closeStep(state, step);
  if (state.step?.name === step) {
    const kept = state.step.state;
    return withFold(part, promoteStep({ ...rest, kept }, id, reducer));
  }
  const waited = state.waiting.find((one) => one.step === step);
  if (waited === undefined) return part;
  if (reducer === undefined) return isEmpty(waited) ? withFold(part, rest) : forget(part);
  const apply = (before: OwnState): OwnState => applyWaiting(before, waited, id, reducer);
  const first = rest.step && { ...rest.step, state: apply(rest.step.state) };
  return withFold(part, { ...rest, kept: apply(rest.kept), step: first });
}

/** Drops what the next attempt repeats. */
export function supersedeOwn(part: OwnPart): OwnPart {
  const { custom, state } = part.fold;
  const kept = { ...part, custom: custom.kept, fold: { custom: { ...custom, steps: {} }, state } };
  return state === null
    ? kept
    : show(kept, state.kept, { kept: state.kept, step: null, waiting: [] });
}

/** Drops what only the fold of further events would need. */
export function endFold({ state }: Fold): Fold {
  const kept = { value: null, error: null };
  return {
    custom: { kept: {}, steps: {} },
    state: state && { kept, step: null, waiting: [] },
  };
}

/**
 * Returns the state that the workflow's own reducer has computed.
 * @returns `undefined` when it is not known: the workflow has no reducer, or the fold that made the
 *   snapshot did not have it, or the workflow has not started.
 */
export function ownState(
  snapshot: Pick<WorkflowSnapshot, 'state' | 'fold'>,
): WorkflowSnapshot['state'] | undefined {
  return snapshot.fold.state === null ? undefined : snapshot.state;
}

function show(part: OwnPart, { value, error }: OwnState, state: StateFold): OwnPart {
  return { ...withFold(part, state), state: value, stateError: error };
}

function withFold(part: OwnPart, state: StateFold): OwnPart {
  return { ...part, fold: { ...part.fold, state } };
}

function forget(part: OwnPart): OwnPart {
  return { ...part, state: null, stateError: null, fold: { ...part.fold, state: null } };
}

/** The first open step is folded as its events come; those beside it wait with their events. */
function openStep(state: StateFold, name: string): StateFold {
  if (state.step?.name === name || state.waiting.some(({ step }) => step === name)) return state;
  return state.step === null && state.waiting.length === 0
    ? { ...state, step: { name, state: state.kept } }
    : { ...state, waiting: [...state.waiting, { step: name, events: [], chars: 0 }] };
}

function closeStep(state: StateFold, name: string): StateFold {
  return {
    ...state,
    step: state.step?.name === name ? null : state.step,
    waiting: state.waiting.filter(({ step }) => step !== name),
  };
}

/** Folds the events of the step that has waited longest, so that they need not be kept. */
function promoteStep(state: StateFold, id: EventId, reducer: OwnReducer | undefined): StateFold {
  const [next, ...waiting] = state.waiting;
  if (next === undefined || reducer === undefined) return state;
  const step = { name: next.step, state: applyWaiting(state.kept, next, id, reducer) };
  return { ...state, step, waiting };
}

function addWaiting(state: StateFold, step: string, event: CustomEvent): StateFold {
  const chars = ENVELOPE + measureJson(event.data);
  const total = state.waiting.reduce((sum, one) => sum + one.chars, chars);
  const add = (one: Waiting): Waiting =>
    one.events === null || total > MAX_WAITING_CHARS
      ? { step, events: null, chars: 0 }
      : { step, events: [...one.events, event], chars: one.chars + chars };
  return { ...state, waiting: state.waiting.map((one) => (one.step === step ? add(one) : one)) };
}

function isEmpty({ events }: Waiting): boolean {
  return events?.length === 0;
}

/** @param id the event at which they are folded. */
function applyWaiting(
  before: OwnState,
  { step, events }: Waiting,
  id: EventId,
  reducer: OwnReducer,
): OwnState {
  return events === null
    ? reducer.failOfStep(before, id, step)
    : events.reduce((state, event) => reducer.apply(state, event), before);
}

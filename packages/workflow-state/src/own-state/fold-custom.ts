import {
  compareEventIds,
  type CustomEvents,
  type EventId,
  type OtherEvent,
  type WorkflowSnapshot,
} from '@runtape/events';
import { measureJson } from './measure-json.ts';

type ByType = WorkflowSnapshot['custom'];

/** The number of types, in all steps together; events of more types are in the log only. */
const MAX_TYPES = 200;
/** Larger data is left out, in characters of JSON. */
const MAX_DATA_CHARS = 10_000;

/**
 * Counts an own event and keeps it as the last of its type. Events of a step are counted apart,
 * too, until the step completes.
 */
export function foldCustom<Part extends Pick<WorkflowSnapshot, 'custom' | 'fold'>>(
  part: Part,
  id: EventId,
  { type, data, timestamp: at, metadata }: OtherEvent,
): Part {
  const { custom, fold } = part;
  const isLeftOut = measureJson(data) > MAX_DATA_CHARS;
  const one = { count: 1, last: { id, at, data: isLeftOut ? null : data, isLeftOut } };
  const step = metadata?.step;
  return {
    ...part,
    custom: add(custom, type, one),
    fold: step === undefined ? fold : { ...fold, custom: addToStep(fold.custom, step, type, one) },
  };
}

function addToStep(
  { kept, steps }: WorkflowSnapshot['fold']['custom'],
  step: string,
  type: string,
  one: CustomEvents,
): WorkflowSnapshot['fold']['custom'] {
  const ofStep = Object.hasOwn(steps, step) ? (steps[step] ?? {}) : {};
  const types = Object.values(steps).reduce((sum, byType) => sum + Object.keys(byType).length, 0);
  if (!Object.hasOwn(ofStep, type) && types >= MAX_TYPES) return { kept, steps };
  return { kept, steps: { ...steps, [step]: add(ofStep, type, one) } };
}

/** Adds the events of a completed step to those that no attempt repeats. */
export function keepCustom(fold: WorkflowSnapshot['fold'], step: string): WorkflowSnapshot['fold'] {
  if (!Object.hasOwn(fold.custom.steps, step)) return fold;
  const { [step]: ofStep = {}, ...steps } = fold.custom.steps;
  let { kept } = fold.custom;
  for (const [type, events] of Object.entries(ofStep)) kept = add(kept, type, events);
  return { ...fold, custom: { kept, steps } };
}

/** Drops the events of a step that begins anew. */
export function dropCustom(fold: WorkflowSnapshot['fold'], step: string): WorkflowSnapshot['fold'] {
  if (!Object.hasOwn(fold.custom.steps, step)) return fold;
  const { [step]: _, ...steps } = fold.custom.steps;
  return { ...fold, custom: { ...fold.custom, steps } };
}

function add(byType: ByType, type: string, more: CustomEvents): ByType {
  const known = Object.hasOwn(byType, type) ? byType[type] : undefined;
  if (known === undefined) {
    return Object.keys(byType).length < MAX_TYPES ? { ...byType, [type]: more } : byType;
  }
  const isLater = (compareEventIds(known.last.id, more.last.id) ?? 0) < 0;
  const last = isLater ? more.last : known.last;
  return { ...byType, [type]: { count: known.count + more.count, last } };
}

import type { EventOf, StepState } from '@runtape/events';

type StepEvent = EventOf<'step:started' | 'step:completed'>;

/** Adds or updates a step; a step that starts again replaces its earlier state. */
export function foldStep(steps: StepState[], event: StepEvent): StepState[] {
  const { step } = event.data;
  const index = steps.findIndex((known) => known.step === step);
  const next = stateOf(event, steps[index]?.startedAt ?? event.timestamp);
  return index === -1 ? [...steps, next] : steps.with(index, next);
}

function stateOf({ type, data, timestamp }: StepEvent, startedAt: string): StepState {
  const { step } = data;
  return type === 'step:started'
    ? { step, status: 'running', startedAt: timestamp, durationMs: null }
    : { step, status: 'completed', startedAt, durationMs: data.durationMs };
}

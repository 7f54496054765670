import type { EventMetadata } from '@runtape/events';
import * as fc from 'fast-check';
import {
  completed,
  custom,
  type Emitted,
  entriesOf,
  failed,
  retrying,
  running,
  started,
  stepCompleted,
  stepStarted,
  type TestEntry,
  token,
} from './entries.ts';

/** A log as the engine would write it, with the own events that are visible after each entry. */
export interface Run {
  readonly entries: readonly TestEntry[];
  /** The numbers of the visible own events, in any order. */
  readonly visible: readonly (readonly number[])[];
}

type Action =
  | { readonly do: 'emit' | 'token' | 'start' | 'complete'; readonly step: string | undefined }
  | { readonly do: 'retry' | 'die' | 'succeed' | 'fail' };

const step = fc.constantFrom('a', 'b', 'c', undefined);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('emit' as const), step }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('token' as const), step }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('start' as const, 'complete'), step }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('retry' as const, 'die') }) },
);
const end = fc.constantFrom<readonly Action[]>([], [{ do: 'succeed' }], [{ do: 'fail' }]);

/** Runs with retries, lost workers, and steps beside each other. */
export const anyRun: fc.Arbitrary<Run> = fc
  .tuple(fc.array(action, { maxLength: 60 }), end)
  .map(([actions, last]) => simulate([...actions, ...last]));

function simulate(actions: readonly Action[]): Run {
  const listed: (readonly [Emitted, EventMetadata])[] = [];
  const visible: (readonly number[])[] = [];
  const open = new Map<string, number[]>();
  const done = new Set<string>();
  let [attempt, emitted] = [1, 0];
  let shown: readonly number[] = [];
  let kept: readonly number[] = [];
  const add = (event: Emitted, of?: string): void => {
    listed.push([event, { attempt, ...(of !== undefined && { step: of }) }]);
    visible.push(shown);
  };
  add(started);
  add(running(1));
  for (const one of actions) {
    switch (one.do) {
      case 'emit':
        if (one.step !== undefined && !open.has(one.step)) break;
        emitted += 1;
        shown = shown.concat(emitted);
        if (one.step !== undefined) open.get(one.step)?.push(emitted);
        add(custom('item', emitted), one.step);
        break;
      case 'token':
        if (one.step === undefined || open.has(one.step)) add(token('x'), one.step);
        break;
      case 'start':
        if (one.step === undefined || open.has(one.step) || done.has(one.step)) break;
        open.set(one.step, []);
        add(stepStarted(one.step), one.step);
        break;
      case 'complete': {
        const events = open.get(one.step ?? '');
        if (one.step === undefined || events === undefined) break;
        kept = kept.concat(events);
        open.delete(one.step);
        done.add(one.step);
        add(stepCompleted(one.step), one.step);
        break;
      }
      case 'retry':
      case 'die':
        open.clear();
        shown = kept;
        attempt += 1;
        // A worker that dies leaves no event.
        if (one.do === 'retry') add(retrying(attempt));
        add(running(attempt));
        break;
      case 'succeed':
        add(completed);
        break;
      case 'fail':
        add(failed);
        break;
    }
  }
  return { entries: entriesOf(...listed), visible };
}

import type { EventId, StreamEntry, WorkflowEvent, WorkflowSnapshot } from '@runtape/events';
import { applyStreamEntry, reduce } from '@runtape/workflow-state';
import { draftText } from '@runtape/github-workflows/contract';
import { expectTypeOf, test } from 'vitest';

declare const state: WorkflowSnapshot;
declare const entry: { id: EventId; event: WorkflowEvent };
declare const streamEntry: StreamEntry;

test('folding gives the next snapshot', () => {
  expectTypeOf(reduce(state, entry)).toEqualTypeOf<WorkflowSnapshot>();
  expectTypeOf(applyStreamEntry(state, streamEntry)).toEqualTypeOf<WorkflowSnapshot>();
  expectTypeOf(draftText(state)).toEqualTypeOf<string>();
});

test('entries of a log and of a stream are distinct types', () => {
  expectTypeOf(applyStreamEntry).parameter(1).toEqualTypeOf<StreamEntry>();
  // @ts-expect-error A stream entry may be a reset, which is not an event.
  reduce(state, streamEntry);
  // @ts-expect-error A stream entry has a message, not an event.
  applyStreamEntry(state, entry);
});

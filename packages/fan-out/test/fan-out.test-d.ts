import type { Entry } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import type { CursorMismatchReason } from '@runtape/event-log';
import type { Batch, FanOut } from '@runtape/fan-out';
import { expectTypeOf, test } from 'vitest';

declare const fanOut: FanOut;
declare const workflowId: WorkflowId;
declare const signal: AbortSignal;

test('a batch is entries or a cursor mismatch', () => {
  expectTypeOf(fanOut.read(workflowId, { after: null, signal })).toEqualTypeOf<
    AsyncGenerator<Batch, void>
  >();
  expectTypeOf<Extract<Batch, { kind: 'entries' }>['entries']>().toEqualTypeOf<readonly Entry[]>();
  expectTypeOf<
    Extract<Batch, { kind: 'mismatch' }>['reason']
  >().toEqualTypeOf<CursorMismatchReason>();
});

test('ids and the signal are required, and an id is not just any text', () => {
  expectTypeOf<Parameters<FanOut['readerCount']>>().toEqualTypeOf<[WorkflowId]>();
  // @ts-expect-error A workflow id is checked where it comes in.
  fanOut.read('wf_0123456789abcdef', { after: null, signal });
  // @ts-expect-error A cursor is an event id.
  fanOut.read(workflowId, { after: '17', signal });
  // @ts-expect-error Nothing is read that cannot be ended.
  fanOut.read(workflowId, { after: null });
});

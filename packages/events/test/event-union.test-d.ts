import {
  decodeEvent,
  type EmittedEvent,
  type EventData,
  type EventId,
  type EventOf,
  type EventType,
  isOtherEvent,
  isTerminal,
  type KnownEvent,
  parseEventId,
  type TerminalType,
  type OtherEvent,
  type OtherType,
  type WorkflowEvent,
  type WorkflowId,
} from '@runtape/events';
import { expectTypeOf, test } from 'vitest';

const timestamp = '2026-01-02T03:04:05.678Z';

test('the union is every built-in type and any other', () => {
  expectTypeOf<WorkflowEvent['type']>().toEqualTypeOf<EventType | OtherType>();
  expectTypeOf<OtherType>().toExtend<string>();
  expectTypeOf<KnownEvent['type']>().toEqualTypeOf<EventType>();
  expectTypeOf<EmittedEvent['type']>().toEqualTypeOf<EventType>();
  expectTypeOf<EventOf<OtherType>>().toEqualTypeOf<OtherEvent>();
});

test('the type determines the data', () => {
  const event = decodeEvent({});
  if (event.type === 'token') {
    expectTypeOf(event.data.content).toEqualTypeOf<string>();
    expectTypeOf(event.data).toEqualTypeOf<EventData<'token'>>();
    // @ts-expect-error a token has no message
    void event.data.message;
  }
  if (event.type === 'workflow:failed') {
    expectTypeOf(event.data.error.code).toEqualTypeOf<string>();
  }
  if (isOtherEvent(event)) expectTypeOf(event).toEqualTypeOf<OtherEvent>();
  else expectTypeOf(event).toEqualTypeOf<KnownEvent>();
  expectTypeOf(event.type).extract<'workflow:exploded'>().toBeNever();
  // @ts-expect-error not every event has content
  void event.data.content;
});

test('a terminal event is one of three types', () => {
  const event = decodeEvent({});
  if (!isTerminal(event)) return;
  expectTypeOf(event.type).toEqualTypeOf<TerminalType>();
  expectTypeOf(event.data.durationMs).toEqualTypeOf<number>();
});

test('emitted data matches its type', () => {
  const emit = (event: EmittedEvent) => void event;
  expectTypeOf(emit).parameter(0).toEqualTypeOf<EmittedEvent>();
  emit({ type: 'token', data: { part: 'draft', content: 'a', isComplete: false } });
  // @ts-expect-error isComplete is missing
  emit({ type: 'token', data: { part: 'draft', content: 'a' } });
  // @ts-expect-error the data of another type
  emit({ type: 'status', data: { part: 'draft', content: 'a', isComplete: false } });
  // @ts-expect-error a level that does not exist
  emit({ type: 'log:created', data: { level: 'fatal', message: 'a' } });
  // @ts-expect-error a type that is not built in
  emit({ type: 'mood', data: { happy: true } });
  // @ts-expect-error a cost is a number or unknown (null), never left out
  emit({ type: 'workflow:completed', data: { durationMs: 1, usage: null, result: null } });
});

test('an event has a time', () => {
  const data = { part: 'draft', content: 'a', isComplete: false };
  const event: WorkflowEvent = { type: 'token', data, timestamp };
  expectTypeOf(event).toExtend<WorkflowEvent>();
  // @ts-expect-error the timestamp is missing
  const timeless: WorkflowEvent = { type: 'token', data };
  void timeless;
});

test('ids are distinct types, and not just any text', () => {
  expectTypeOf<EventId>().toExtend<string>();
  expectTypeOf<string>().not.toExtend<EventId>();
  expectTypeOf<string>().not.toExtend<WorkflowId>();
  expectTypeOf<EventId>().not.toExtend<WorkflowId>();
  expectTypeOf(parseEventId).returns.toExtend<{ seq: number } | null>();
});

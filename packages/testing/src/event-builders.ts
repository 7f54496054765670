import {
  type EventData,
  type EventId,
  type EventMetadata,
  type EventOf,
  type EventType,
  formatEventId,
  type WorkflowEvent,
} from '@runtape/events';

const INCARNATION = 'testtest';
const TIMESTAMP = '2026-01-02T03:04:05.678Z';

interface EventOptions {
  /** Default: one fixed moment. */
  readonly timestamp?: string;
  readonly metadata?: EventMetadata;
}

/** An event of any type, at a fixed time unless told otherwise. */
export function makeEvent<Type extends EventType>(
  type: Type,
  data: EventData<Type>,
  options?: EventOptions,
): EventOf<Type>;
export function makeEvent(
  type: EventType,
  data: unknown,
  { timestamp = TIMESTAMP, metadata }: EventOptions = {},
): unknown {
  return { type, data, timestamp, ...(metadata !== undefined && { metadata }) };
}

/** A piece of text; of the part `draft`, and not its last, unless told otherwise. */
export function makeToken(
  content: string,
  data: Partial<EventData<'token'>> = {},
  options: EventOptions = {},
): EventOf<'token'> {
  return makeEvent('token', { part: 'draft', isComplete: false, ...data, content }, options);
}

/** An entry as a log would have it at that position. */
export function makeEntry(
  seq: number,
  event: WorkflowEvent,
  incarnation: string = INCARNATION,
): { readonly id: EventId; readonly seq: number; readonly event: WorkflowEvent } {
  return { id: formatEventId({ incarnation, seq }), seq, event };
}

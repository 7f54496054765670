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
  /** Default: one fixed time. */
  readonly timestamp?: string;
  readonly metadata?: EventMetadata;
}

/** Creates an event of any type, by default at a fixed time. */
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

/** Creates a token event; by default of the part `draft`, and not its last one. */
export function makeToken(
  content: string,
  data: Partial<EventData<'token'>> = {},
  options: EventOptions = {},
): EventOf<'token'> {
  return makeEvent('token', { part: 'draft', isComplete: false, ...data, content }, options);
}

/** Creates an entry as a log would return it at this position. */
export function makeEntry(
  seq: number,
  event: WorkflowEvent,
  incarnation: string = INCARNATION,
): { readonly id: EventId; readonly seq: number; readonly event: WorkflowEvent } {
  return { id: formatEventId({ incarnation, seq }), seq, event };
}

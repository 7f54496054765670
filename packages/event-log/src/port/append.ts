import {
  decodeStoredEvent,
  encodeStoredEvent,
  type EventOf,
  hasEnded,
  isTerminal,
  statusAfter,
  type WorkflowEvent,
  type WorkflowId,
  type WorkflowStatus,
  type WorkflowSummary,
} from '@runtape/events';
import type { AttemptName } from './attempts.ts';
import { EventLogError } from '../errors.ts';
import type { KeptStep } from './steps.ts';

export interface Append extends AttemptName {
  /**
   * The tail that the writer expects. The log refuses the append if its tail differs, so that a
   * repeat cannot duplicate anything.
   */
  readonly after: number;
  /** At least one. A terminal event may only be the last; it closes the log. */
  readonly events: readonly WorkflowEvent[];
  /** Changes to the record's summary; a key that is absent or undefined stays as it is. */
  readonly summary?: Partial<WorkflowSummary> | undefined;
  /** The result of a step that completes with these events. */
  readonly step?: KeptStep | undefined;
}

export interface AppendOperations {
  /**
   * Numbers, stores and announces events, and updates the record, in one atomic step. Calls may
   * overlap: they take effect in the order they were made.
   * @returns the new tail.
   * @throws `attempt_overtaken`; `workflow_closed`; `attempt_in_doubt`; `seq_conflict` (with the
   *   log's `tail`) when `after` is not the tail; `invalid_append`.
   */
  append(workflowId: WorkflowId, append: Append): Promise<{ tail: number }>;
}

/**
 * The changes of an append to the record, derived here once so that adapters need not know event
 * types.
 */
export interface AppendPlan {
  /** The status after the append, or `null` if it does not change. */
  readonly status: WorkflowStatus | null;
  /** True when the append closes the log. */
  readonly closes: boolean;
  /** The changes to the summary; absent keys stay unchanged. */
  readonly summary: Partial<WorkflowSummary>;
}

/**
 * Checks an append and derives what it changes.
 * @throws EventLogError `invalid_append` when it is empty or a terminal event is not its last.
 */
export function planAppend(workflowId: string, { events, summary = {} }: Append): AppendPlan {
  const last = events.at(-1);
  if (last === undefined) {
    throw new EventLogError('invalid_append', 'An append holds at least one event.', {
      workflowId,
    });
  }
  const early = events.slice(0, -1).find((event) => isTerminal(event));
  if (early !== undefined) {
    throw new EventLogError('invalid_append', `Nothing can follow ${early.type} in a log.`, {
      workflowId,
    });
  }
  const status = events.reduce<WorkflowStatus | null>(
    (found, event) => statusAfter(event) ?? found,
    null,
  );
  const closes = status !== null && hasEnded(status);
  return { status, closes, summary: withoutUndefined(summary) };
}

function withoutUndefined(summary: Partial<WorkflowSummary>): Partial<WorkflowSummary> {
  return Object.fromEntries(Object.entries(summary).filter(([, value]) => value !== undefined));
}

/**
 * An appended event, encoded at the time of the call. It shares no object with the writer, which
 * may change its own.
 */
export interface EncodedEvent {
  /** The text that the log stores. */
  readonly text: string;
  /** The event in `text` if it is a token: segments merge tokens without parsing the text again. */
  readonly token: EventOf<'token'> | null;
}

/** Encodes an event for the log. */
export function encodeForLog(event: WorkflowEvent): EncodedEvent {
  const text = encodeStoredEvent(event);
  return { text, token: event.type === 'token' ? copyToken(event, text) : null };
}

/** Copying is much cheaper than decoding, but only possible for a token with plain values only. */
function copyToken(event: EventOf<'token'>, text: string): EventOf<'token'> | null {
  const { type, timestamp, data, metadata } = event;
  if (data.metadata === undefined && metadata?.spent === undefined) {
    const copy = { type, data: { ...data }, timestamp };
    return metadata === undefined ? copy : { ...copy, metadata: { ...metadata } };
  }
  const decoded = decodeStoredEvent(text);
  return decoded.type === 'token' ? decoded : null;
}

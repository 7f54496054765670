import {
  compareEventIds,
  decodeStreamMessage,
  EVENT_ID_FORM,
  type EventId,
  isCursorMessage,
  isEventId,
  parseEventId,
  type StreamEntry,
  type StreamMessage,
} from '@runtape/events';

/** A problem in a stream that did not end it. */
export interface StreamProblem {
  /**
   * `malformed`: an event could not be read and was skipped. `gap`: events are missing even after
   * the client requested them again. `unreadable`: the server cannot read one of the thread's
   * workflows, so no further events of that workflow arrive for now.
   */
  readonly kind: 'malformed' | 'gap' | 'unreadable';
  /** The event's id, or an empty string if it has none. For `unreadable`, the workflow's id. */
  readonly id: string;
  readonly message: string;
  readonly cause?: unknown;
}

/** What is done with one message that arrived. */
export type Verdict<Entry = StreamEntry> =
  | { readonly kind: 'entry'; readonly entry: Entry; readonly problem?: StreamProblem }
  | { readonly kind: 'repeated' }
  /** The message carries only a cursor, not an event. */
  | { readonly kind: 'cursor' }
  | { readonly kind: 'skipped'; readonly problem: StreamProblem }
  /** An event before this one is missing: reconnect from the cursor. */
  | { readonly kind: 'gap' };

/**
 * Tracks the cursor of one workflow and accepts each event once and in order, whatever the server
 * sends.
 */
export class CursorGuard {
  /** The server omits events of other types, so a missing number does not mean a missing event. */
  readonly #isFiltered: boolean;
  #cursor: EventId | null;
  /** The event after the last gap. If it follows a gap again, the gap is real. */
  #suspectedGap: EventId | null = null;

  constructor(cursor: EventId | null, { isFiltered = false } = {}) {
    this.#cursor = cursor;
    this.#isFiltered = isFiltered;
  }

  /** The id of the last event that was accepted or skipped. */
  get cursor(): EventId | null {
    return this.#cursor;
  }

  check(id: string, data: unknown): Verdict {
    if (!isEventId(id)) return skipped(id, new TypeError(EVENT_ID_FORM));
    if (this.#isFiltered && isCursorMessage(data)) {
      this.#skipTo(id);
      return { kind: 'cursor' };
    }
    let message: StreamMessage;
    try {
      message = decodeStreamMessage(data);
    } catch (error) {
      this.#skipTo(id);
      return skipped(id, error);
    }
    if (message.type === 'reset') return this.#accept({ id, message });
    if (message.type === 'workflow:state' && this.#cursor === null) {
      return this.#accept({ id, message });
    }
    const distance = this.#distanceTo(id);
    if (distance !== null && distance <= 0) return { kind: 'repeated' };
    return this.#isGap(message, distance)
      ? this.#suspectGap({ id, message })
      : this.#accept({ id, message });
  }

  /** Moves the cursor past a skipped event, so that the next connection does not send it again. */
  #skipTo(id: EventId): void {
    const distance = this.#distanceTo(id);
    if (distance === null || distance > 0) this.#cursor = id;
  }

  #suspectGap(entry: StreamEntry): Verdict {
    if (this.#suspectedGap === entry.id)
      return { ...this.#accept(entry), problem: gapBefore(entry.id) };
    this.#suspectedGap = entry.id;
    return { kind: 'gap' };
  }

  #accept(entry: StreamEntry): Extract<Verdict, { readonly kind: 'entry' }> {
    this.#cursor = entry.id;
    this.#suspectedGap = null;
    return { kind: 'entry', entry };
  }

  /**
   * A merged token, or a snapshot, covers several events and carries the id of the last one. No
   * other event may skip numbers.
   */
  #isGap({ type }: StreamMessage, distance: number | null): boolean {
    if (distance === null) return true;
    return distance > 1 && !this.#isFiltered && type !== 'token' && type !== 'workflow:state';
  }

  /** How many events the id is past the cursor; `null` if the two belong to different logs. */
  #distanceTo(id: EventId): number | null {
    if (this.#cursor === null) return parseEventId(id)?.seq ?? null;
    return compareEventIds(id, this.#cursor);
  }
}

function skipped(id: string, cause: unknown): Verdict {
  const message = 'An event could not be read and was skipped.';
  return { kind: 'skipped', problem: { kind: 'malformed', id, message, cause } };
}

function gapBefore(id: string): StreamProblem {
  return { kind: 'gap', id, message: `Events before ${id} are missing.` };
}

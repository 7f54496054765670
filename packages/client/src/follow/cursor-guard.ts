import {
  compareEventIds,
  cursorMessageSchema,
  decodeStreamMessage,
  type EventId,
  eventIdSchema,
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

/** The decision about one message that arrived. */
export type Admission<Entry = StreamEntry> =
  | { readonly kind: 'entry'; readonly entry: Entry; readonly problem?: StreamProblem }
  | { readonly kind: 'repeated' }
  /** The message carries only a cursor, not an event. */
  | { readonly kind: 'passed' }
  | { readonly kind: 'skipped'; readonly problem: StreamProblem }
  /** An event before this one is missing: reconnect from the cursor. */
  | { readonly kind: 'gap' };

/**
 * Tracks the cursor of one workflow and admits each event once and in order, whatever the server
 * sends.
 */
export class CursorGuard {
  /** The server omits events of other types, so a missing number does not mean a missing event. */
  readonly #isFiltered: boolean;
  #cursor: EventId | null;
  /** The event after the last gap. If it follows a gap again, the gap is real. */
  #doubted: EventId | null = null;

  constructor(cursor: EventId | null, { isFiltered = false } = {}) {
    this.#cursor = cursor;
    this.#isFiltered = isFiltered;
  }

  /** The id of the last event that was admitted or skipped. */
  get cursor(): EventId | null {
    return this.#cursor;
  }

  admit(idText: string, data: unknown): Admission {
    const parsed = eventIdSchema.safeParse(idText);
    if (!parsed.success) return skipped(idText, parsed.error);
    const id = parsed.data;
    if (this.#isFiltered && cursorMessageSchema.safeParse(data).success) {
      this.#goPast(id);
      return { kind: 'passed' };
    }
    let message: StreamMessage;
    try {
      message = decodeStreamMessage(data);
    } catch (error) {
      this.#goPast(id);
      return skipped(id, error);
    }
    if (message.type === 'reset') return this.#pass({ id, message });
    if (message.type === 'workflow:state' && this.#cursor === null) {
      return this.#pass({ id, message });
    }
    const distance = this.#distanceTo(id);
    if (distance !== null && distance <= 0) return { kind: 'repeated' };
    return this.#isGap(message, distance)
      ? this.#doubt({ id, message })
      : this.#pass({ id, message });
  }

  /** Moves the cursor past a skipped event, so that the next connection does not send it again. */
  #goPast(id: EventId): void {
    const distance = this.#distanceTo(id);
    if (distance === null || distance > 0) this.#cursor = id;
  }

  #doubt(entry: StreamEntry): Admission {
    if (this.#doubted === entry.id) return { ...this.#pass(entry), problem: gapBefore(entry.id) };
    this.#doubted = entry.id;
    return { kind: 'gap' };
  }

  #pass(entry: StreamEntry): Extract<Admission, { readonly kind: 'entry' }> {
    this.#cursor = entry.id;
    this.#doubted = null;
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

function skipped(id: string, cause: unknown): Admission {
  const message = 'An event could not be read and was skipped.';
  return { kind: 'skipped', problem: { kind: 'malformed', id, message, cause } };
}

function gapBefore(id: string): StreamProblem {
  return { kind: 'gap', id, message: `Events before ${id} are missing.` };
}

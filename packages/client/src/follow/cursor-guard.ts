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

/** Something odd in a stream that did not stop it. */
export interface StreamProblem {
  /**
   * `malformed`: an event could not be read and was skipped. `gap`: events are missing, also after
   * asking again. `unreadable`: the server cannot read one of a thread's workflows; nothing more of
   * it comes for now.
   */
  readonly kind: 'malformed' | 'gap' | 'unreadable';
  /** The event's id, empty when it came without one; of what is `unreadable`, the workflow's. */
  readonly id: string;
  readonly message: string;
  readonly cause?: unknown;
}

/** What to do with something that arrived. */
export type Admission<Entry = StreamEntry> =
  | { readonly kind: 'entry'; readonly entry: Entry; readonly problem?: StreamProblem }
  | { readonly kind: 'repeated' }
  /** It only says how far the stream has come. */
  | { readonly kind: 'passed' }
  | { readonly kind: 'skipped'; readonly problem: StreamProblem }
  /** Something before it is missing: ask again from the cursor. */
  | { readonly kind: 'gap' };

/** Keeps a cursor, and lets each event pass once and in order, whatever a server sends. */
export class CursorGuard {
  /** The server leaves out what was not asked for, so that missing numbers say nothing. */
  readonly #isFiltered: boolean;
  #cursor: EventId | null;
  /** What followed a gap the last time; when it comes again, the gap is real. */
  #doubted: EventId | null = null;

  constructor(cursor: EventId | null, { isFiltered = false } = {}) {
    this.#cursor = cursor;
    this.#isFiltered = isFiltered;
  }

  /** The last event that passed or was skipped. */
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

  /** So that the next connection does not bring it again. */
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
   * A token may stand for several that were merged, a snapshot for all before it, with the id of
   * the last; nothing else skips numbers.
   */
  #isGap({ type }: StreamMessage, distance: number | null): boolean {
    if (distance === null) return true;
    return distance > 1 && !this.#isFiltered && type !== 'token' && type !== 'workflow:state';
  }

  /** How far an id is past the cursor; `null` when they belong to different logs. */
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

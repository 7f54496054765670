import { type Entry, parseCursor } from '@runtape/event-log';
import { type CursorMessage, type EventId, isTerminal } from '@runtape/events';

/**
 * After this many filtered-out events the client gets a cursor message, so that a reconnect does
 * not reread them.
 */
const CURSOR_EVERY = 256;

/** The output of a filter. Entries are shared between streams, so their encodings can be cached. */
export type FilteredChunk =
  | { readonly kind: 'entries'; readonly entries: readonly Entry[] }
  /** No events, but a new cursor: everything up to it was left out or delivered. */
  | { readonly kind: 'cursor'; readonly id: EventId; readonly message: CursorMessage };

/** Removes the event types that a reader did not request. Terminal events always pass. */
export class TypeFilter {
  readonly #types: ReadonlySet<string>;
  /** The last seq that was reported to the reader. */
  #lastReportedSeq: number;

  constructor(types: ReadonlySet<string>, after: EventId | null) {
    this.#types = types;
    this.#lastReportedSeq = parseCursor(after).seq;
  }

  *select(entries: readonly Entry[]): Generator<FilteredChunk, void> {
    const selected = entries.filter(
      ({ event }) => this.#types.has(event.type) || isTerminal(event),
    );
    if (selected.length > 0) yield { kind: 'entries', entries: selected };
    this.#lastReportedSeq = selected.at(-1)?.seq ?? this.#lastReportedSeq;
    const last = entries.at(-1);
    if (last === undefined || last.seq - this.#lastReportedSeq < CURSOR_EVERY) return;
    this.#lastReportedSeq = last.seq;
    const { timestamp } = last.event;
    yield { kind: 'cursor', id: last.id, message: { type: 'cursor', data: {}, timestamp } };
  }
}

import { type Entry, parseCursor } from '@runtape/event-log';
import { type CursorMessage, type EventId, isTerminal } from '@runtape/events';

/**
 * After so many events without a word the client gets to know how far it has come, so that it need
 * not have them read again.
 */
const TELL_EVERY = 256;

/**
 * What a filter lets through. Entries are shared between streams, so what is encoded from one can
 * be kept for the others.
 */
export type FilteredChunk =
  | { readonly kind: 'entries'; readonly entries: readonly Entry[] }
  /** Nothing to show, but a place to go on after: everything up to it was left out or delivered. */
  | { readonly kind: 'cursor'; readonly id: EventId; readonly message: CursorMessage };

/** Leaves out of a stream what its reader did not ask for. Terminal events always pass. */
export class TypeFilter {
  readonly #types: ReadonlySet<string>;
  /** The last number that the reader knows of. */
  #told: number;

  constructor(types: ReadonlySet<string>, after: EventId | null) {
    this.#types = types;
    this.#told = parseCursor(after).seq;
  }

  *select(entries: readonly Entry[]): Generator<FilteredChunk, void> {
    const asked = entries.filter(({ event }) => this.#types.has(event.type) || isTerminal(event));
    if (asked.length > 0) yield { kind: 'entries', entries: asked };
    this.#told = asked.at(-1)?.seq ?? this.#told;
    const last = entries.at(-1);
    if (last === undefined || last.seq - this.#told < TELL_EVERY) return;
    this.#told = last.seq;
    const { timestamp } = last.event;
    yield { kind: 'cursor', id: last.id, message: { type: 'cursor', data: {}, timestamp } };
  }
}

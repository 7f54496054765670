import {
  decodeStoredEvents,
  encodeStoredEvent,
  type EventOf,
  formatEventId,
} from '@runtape/events';
import { z } from 'zod';
import type { EncodedEvent } from './encoded-event.ts';
import type { Entry, MergedRange, WorkflowRecord } from './event-log.ts';
import { mergeNext } from './merge-tokens.ts';

/** A segment ends with the entry that brings it to so many … */
export const SEGMENT_ENTRIES = 1_024;
/** … or its text to about so many bytes, whichever comes first. */
const SEGMENT_BYTES = 64 * 1024;

const seqsSchema = z.array(z.int().positive());

/**
 * A closed part of a log in merged form. It is kept beside the entries that it stands for, never instead of them. A
 * segment never changes. Those of a log follow each other without a gap from the first entry on.
 */
export interface Segment {
  /** Of the log when it was made. A log that has another by now ignores it. */
  readonly incarnation: string;
  /** Seq of the first entry that it stands for. */
  readonly first: number;
  /** Seq of the last. */
  readonly last: number;
  /** As `decodeSegment` reads it; `null` where merging is not worth the room: the entries are then read from the log itself. */
  readonly text: string | null;
}

/** Makes the next segment of a log out of its entries, one after the other. Holds no more than the segment. */
export class SegmentBuilder {
  readonly #incarnation: string;
  readonly #first: number;
  readonly #seqs: number[] = [];
  readonly #texts: string[] = [];
  /** What the next token may still be merged with. */
  #open: OpenToken | undefined;
  #last: number;
  #bytes = 0;

  /** @param after the seq before the first entry. */
  constructor({ incarnation, after }: { readonly incarnation: string; readonly after: number }) {
    this.#incarnation = incarnation;
    this.#first = after + 1;
    this.#last = after;
  }

  /** How many entries it has. */
  get count(): number {
    return this.#last - this.#first + 1;
  }

  /** Seq of the last entry that was added; of the one before the first when there is none. */
  get last(): number {
    return this.#last;
  }

  /** About how many bytes its text has. */
  get bytes(): number {
    return this.#bytes + (this.#open?.event.data.content.length ?? 0);
  }

  get isFull(): boolean {
    return this.count >= SEGMENT_ENTRIES || this.bytes >= SEGMENT_BYTES;
  }

  /** Adds the entry after the last, as it was read from the log. */
  add({ event }: Pick<Entry, 'event'>): void {
    if (event.type === 'token') this.#addToken(event);
    else this.#addText(encodeStoredEvent(event));
  }

  /** Adds the event after the last, as it was appended. */
  addAppended({ token, text }: EncodedEvent): void {
    if (token === null) this.#addText(text);
    else this.#addToken(token, text);
  }

  /** The segment of what was added, which is at least one entry. */
  build(): Segment {
    this.#closeOpen();
    const isWorthIt = 2 * this.#texts.length <= this.count;
    return {
      incarnation: this.#incarnation,
      first: this.#first,
      last: this.#last,
      text: isWorthIt ? `${JSON.stringify(this.#seqs)}\n[${this.#texts.join(',')}]` : null,
    };
  }

  #addToken(event: EventOf<'token'>, text?: string): void {
    const next: OpenToken = { event, text };
    const joined = mergeNext<OpenToken>(this.#open, next);
    if (joined === null) this.#closeOpen();
    this.#last += 1;
    this.#open = joined === null ? next : { ...joined, text: undefined };
  }

  #addText(text: string): void {
    this.#closeOpen();
    this.#last += 1;
    this.#push(text);
  }

  #closeOpen(): void {
    if (this.#open === undefined) return;
    const { event, text = encodeStoredEvent(event) } = this.#open;
    this.#open = undefined;
    this.#push(text);
  }

  /** The text of everything up to the last entry that is not in one yet. */
  #push(text: string): void {
    this.#seqs.push(this.#last);
    this.#texts.push(text);
    this.#bytes += text.length;
  }
}

/** A token, or several merged into one. */
interface OpenToken {
  readonly event: EventOf<'token'>;
  /** As it is stored, when it is one that was appended. */
  readonly text?: string | undefined;
}

/** What of a page can be had merged. */
export interface TakenSegments {
  /** Those that follow the cursor and each other; may be none. */
  readonly segments: readonly Segment[];
  /** When there are none: up to which seq entries have to be read from the log. */
  readonly upTo: number;
}

/**
 * Takes what a page may hold of the segments of a log, up to the one that brings it to `maxBytes`.
 * @param segments those that end after `after`, in order.
 * @param record of the same moment: a segment of another incarnation, or of entries that the log does not have, is none.
 */
export function takeSegments(
  segments: Iterable<Segment>,
  { incarnation, first, tail }: Pick<WorkflowRecord, 'incarnation' | 'first' | 'tail'>,
  { after, upTo = tail, maxBytes = Number.POSITIVE_INFINITY }: MergedRange,
): TakenSegments {
  const taken: Segment[] = [];
  let reached = after;
  let bytes = 0;
  for (const segment of segments) {
    const isThere = segment.first >= first && segment.last <= Math.min(tail, upTo);
    if (segment.incarnation !== incarnation || !isThere) break;
    if (segment.first !== reached + 1 || segment.text === null) {
      if (taken.length === 0) return { segments: [], upTo: segment.last };
      break;
    }
    taken.push(segment);
    reached = segment.last;
    bytes += segment.text.length;
    if (bytes >= maxBytes) break;
  }
  return { segments: taken, upTo: Math.max(upTo, after + 1) };
}

/** Reads the merged entries of segments that follow each other, up to one that cannot be read: of that the log itself tells. */
export function decodeSegments(segments: readonly Segment[]): readonly Entry[] {
  const entries: Entry[] = [];
  for (const segment of segments) {
    const decoded = decodeSegment(segment);
    if (decoded === null) break;
    entries.push(...decoded);
  }
  return entries;
}

/** @returns `null` when the text is not what `SegmentBuilder` makes of such entries. */
function decodeSegment({ incarnation, first, last, text }: Segment): readonly Entry[] | null {
  try {
    const [seqsText = '', eventsText = ''] = text?.split('\n') ?? [];
    const seqs = seqsSchema.parse(JSON.parse(seqsText));
    const events = decodeStoredEvents(eventsText);
    const isInOrder = seqs.every((seq, index) => seq > (seqs[index - 1] ?? first - 1));
    if (!isInOrder || seqs.at(-1) !== last || seqs.length !== events.length) return null;
    return events.map((event, index) => {
      const seq = seqs[index] ?? last;
      return { id: formatEventId({ incarnation, seq }), seq, event };
    });
  } catch {
    return null;
  }
}

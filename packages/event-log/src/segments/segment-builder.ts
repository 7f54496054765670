import { encodeStoredEvent, type EventOf, mergeNext } from '@runtape/events';
import type { EncodedEvent } from '../port/append.ts';
import type { Entry } from '../port/read.ts';
import type { Segment } from '../port/segments.ts';

/** The number of entries after which a segment ends. */
export const SEGMENT_ENTRIES = 1_024;
/** The approximate size of the text after which a segment ends, in bytes. */
const SEGMENT_BYTES = 64 * 1024;

/**
 * The maximum size of the entries that one open end holds while earlier entries are read, in
 * characters.
 */
const MAX_HELD_CHARS = 4 * 1024 * 1024;

/** Makes the next segment of a log from its entries. Holds only that segment in memory. */
export class SegmentBuilder {
  readonly #incarnation: string;
  readonly #first: number;
  readonly #seqs: number[] = [];
  readonly #texts: string[] = [];
  /** The token that the next one may still be merged with. */
  #open: OpenToken | undefined;
  #last: number;
  #bytes = 0;

  /** @param after the seq before the first entry. */
  constructor({ incarnation, after }: { readonly incarnation: string; readonly after: number }) {
    this.#incarnation = incarnation;
    this.#first = after + 1;
    this.#last = after;
  }

  get count(): number {
    return this.#last - this.#first + 1;
  }

  /** Seq of the last added entry, or of the one before the first if there is none. */
  get last(): number {
    return this.#last;
  }

  get bytes(): number {
    return this.#bytes + (this.#open?.event.data.content.length ?? 0);
  }

  get isFull(): boolean {
    return this.count >= SEGMENT_ENTRIES || this.bytes >= SEGMENT_BYTES;
  }

  /** Adds the next entry, as read from the log. */
  add({ event }: Pick<Entry, 'event'>): void {
    if (event.type === 'token') this.#addToken(event);
    else this.#addText(encodeStoredEvent(event));
  }

  /** Adds the next event, as appended. */
  addAppended({ token, text }: EncodedEvent): void {
    if (token === null) this.#addText(text);
    else this.#addToken(token, text);
  }

  /** Builds the segment from the added entries; there must be at least one. */
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

  /** Adds the text of the entries since the previous text, up to `last`. */
  #push(text: string): void {
    this.#seqs.push(this.#last);
    this.#texts.push(text);
    this.#bytes += text.length;
  }
}

/** A token, or several merged into one. */
interface OpenToken {
  readonly event: EventOf<'token'>;
  /** The stored text, if it is a single appended token. */
  readonly text?: string | undefined;
}

/**
 * The end of a log that this process appends to: its appended entries that are in no segment yet.
 * The next segments are made from it without reading the log.
 */
export class OpenEnd {
  readonly incarnation: string;
  /** Seq of the last appended entry. */
  #last: number;
  /** `null` while the entries before `held` are being read. */
  #builder: SegmentBuilder | null;
  /** Entries appended since that read began, up to `last`. */
  #held: EncodedEvent[] = [];
  #heldChars = 0;

  /** @param from the seq after which it begins; from 0 nothing has to be read. */
  constructor({ incarnation, from }: { readonly incarnation: string; readonly from: number }) {
    this.incarnation = incarnation;
    this.#last = from;
    this.#builder = from === 0 ? new SegmentBuilder({ incarnation, after: 0 }) : null;
  }

  get last(): number {
    return this.#last;
  }

  /** Whether it has all entries that are in no segment. */
  get isWhole(): boolean {
    return this.#builder !== null;
  }

  /** The approximate number of characters held. */
  get chars(): number {
    return this.#builder === null ? this.#heldChars : this.#builder.bytes;
  }

  get holdsTooMuch(): boolean {
    return this.#heldChars > MAX_HELD_CHARS;
  }

  /** Adds events that were appended after `last`. @returns the segments that are now full. */
  append(events: readonly EncodedEvent[]): readonly Segment[] {
    const after = this.#last;
    this.#last += events.length;
    if (this.#builder !== null) return this.#build(events, after);
    for (const event of events) {
      this.#held.push(event);
      this.#heldChars += event.text.length;
    }
    return [];
  }

  /**
   * Continues after the earlier entries, and perhaps some of the held ones, have been read.
   * @param builder contains the read entries that are in no segment.
   * @returns the segments that are now full.
   */
  continueWith(builder: SegmentBuilder): readonly Segment[] {
    const held = this.#held;
    this.#held = [];
    this.#heldChars = 0;
    this.#builder = builder;
    return this.#build(held, this.#last - held.length);
  }

  /**
   * The remaining entries of an ended log.
   * @returns `null` if there are fewer than `leastEntries`.
   */
  takeRest(leastEntries: number): Segment | null {
    const builder = this.#builder;
    return builder !== null && builder.count >= leastEntries ? builder.build() : null;
  }

  #build(events: readonly EncodedEvent[], after: number): readonly Segment[] {
    const full: Segment[] = [];
    let seq = after;
    for (const event of events) {
      seq += 1;
      // This entry was already read with the earlier ones.
      if (this.#builder === null || seq <= this.#builder.last) continue;
      this.#builder.addAppended(event);
      if (!this.#builder.isFull) continue;
      full.push(this.#builder.build());
      this.#builder = new SegmentBuilder({ incarnation: this.incarnation, after: seq });
    }
    return full;
  }
}

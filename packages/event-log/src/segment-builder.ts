import { encodeStoredEvent, type EventOf } from '@runtape/events';
import type { EncodedEvent } from './append.ts';
import { mergeNext } from './merge-tokens.ts';
import type { Entry } from './read.ts';
import type { Segment } from './segments.ts';

/** A segment ends with the entry that brings it to so many … */
export const SEGMENT_ENTRIES = 1_024;
/** … or its text to about so many bytes, whichever comes first. */
const SEGMENT_BYTES = 64 * 1024;

/** What one open end may hold while the entries before it are read, in characters. */
const MOST_HELD_CHARS = 4 * 1024 * 1024;

/**
 * Makes the next segment of a log out of its entries, one after the other. Holds no more than the
 * segment.
 */
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

/**
 * The end of a log that this process appends to: what it has appended and what is in no segment
 * yet. The next segments are made of it without reading the log.
 */
export class OpenEnd {
  readonly incarnation: string;
  /** Seq of the last entry that was appended. */
  #last: number;
  /** `null` while the entries before `held` are being read. */
  #builder: SegmentBuilder | null;
  /** What was appended since that reading began, up to `last`. */
  #held: EncodedEvent[] = [];
  #heldChars = 0;

  /** @param from the seq after which it begins; from 0 on nothing has to be read. */
  constructor({ incarnation, from }: { readonly incarnation: string; readonly from: number }) {
    this.incarnation = incarnation;
    this.#last = from;
    this.#builder = from === 0 ? new SegmentBuilder({ incarnation, after: 0 }) : null;
  }

  get last(): number {
    return this.#last;
  }

  /** Whether it has all that no segment has. */
  get isWhole(): boolean {
    return this.#builder !== null;
  }

  /** How much it holds, about. */
  get chars(): number {
    return this.#builder === null ? this.#heldChars : this.#builder.bytes;
  }

  get holdsTooMuch(): boolean {
    return this.#heldChars > MOST_HELD_CHARS;
  }

  /** Adds events that were appended behind `last`. @returns the segments that are full now. */
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
   * The entries before it have been read, and perhaps some of those that it holds.
   * @param builder with what is in no segment of them.
   * @returns the segments that are full now.
   */
  continueWith(builder: SegmentBuilder): readonly Segment[] {
    const held = this.#held;
    this.#held = [];
    this.#heldChars = 0;
    this.#builder = builder;
    return this.#build(held, this.#last - held.length);
  }

  /** What is left when the log has ended. @returns `null` when it has fewer entries. */
  takeRest(leastEntries: number): Segment | null {
    const builder = this.#builder;
    return builder !== null && builder.count >= leastEntries ? builder.build() : null;
  }

  #build(events: readonly EncodedEvent[], after: number): readonly Segment[] {
    const full: Segment[] = [];
    let seq = after;
    for (const event of events) {
      seq += 1;
      // It was read together with those before it.
      if (this.#builder === null || seq <= this.#builder.last) continue;
      this.#builder.addAppended(event);
      if (!this.#builder.isFull) continue;
      full.push(this.#builder.build());
      this.#builder = new SegmentBuilder({ incarnation: this.incarnation, after: seq });
    }
    return full;
  }
}

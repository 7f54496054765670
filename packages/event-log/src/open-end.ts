import type { EncodedEvent } from './encoded-event.ts';
import { type Segment, SegmentBuilder } from './segment.ts';

/** What one open end may hold while the entries before it are read, in characters. */
const MOST_HELD_CHARS = 4 * 1024 * 1024;

/**
 * The end of a log that this process appends to: what it has appended and what is in no segment yet. The next segments are made of it without
 * reading the log.
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

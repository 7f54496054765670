import type { EmittedEvent, EventData } from '@runtape/events';
import { truncate } from '../text/truncate.ts';

type Emit = (event: EmittedEvent) => Promise<void>;

/** Limit of one thought; the rest is left out. */
const MAX_SHOWN_CHARS = 60_000;
const LEFT_OUT = '\n\n(The rest of this thought is not shown.)';

/**
 * Shows thoughts and remarks as parts of their own: `thinking-1`, `thinking-2` … They never get
 * into a draft, an answer or a result.
 */
export class ThoughtText {
  readonly #emit: Emit;
  readonly #prefix: string;
  #count = 0;
  #shown = 0;
  #isOpen = false;

  /** @param agentId whose thoughts they are, where a workflow has several agents. */
  constructor(emit: Emit, agentId?: string) {
    this.#emit = emit;
    this.#prefix = agentId === undefined ? 'thinking' : `thinking-${agentId}`;
  }

  /** Adds a piece of the thought; blanks begin none. */
  async add(text: string): Promise<void> {
    const piece = this.#isOpen ? text : text.trimStart();
    if (piece === '') return;
    if (!this.#isOpen) this.#open();
    const room = MAX_SHOWN_CHARS - this.#shown;
    this.#shown += piece.length;
    if (room <= 0) return;
    const isTooMuch = piece.length > room;
    await this.#token(
      isTooMuch ? piece.slice(0, room).toWellFormed() + LEFT_OUT : piece.toWellFormed(),
      false,
    );
  }

  /** The thought is over; whatever follows is another one. */
  async end(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#token('', true);
  }

  /** Shows a thought that is whole. */
  async show(text: string, metadata?: EventData<'token'>['metadata']): Promise<void> {
    await this.end();
    if (text.trim() === '') return;
    this.#count += 1;
    const { text: content, omitted } = truncate(text, MAX_SHOWN_CHARS);
    await this.#token(omitted === 0 ? content : content + LEFT_OUT, true, metadata);
  }

  #open(): void {
    this.#isOpen = true;
    this.#shown = 0;
    this.#count += 1;
  }

  #token(
    content: string,
    isComplete: boolean,
    metadata?: EventData<'token'>['metadata'],
  ): Promise<void> {
    const part = `${this.#prefix}-${this.#count}`;
    const data = { part, content, isComplete, ...(metadata !== undefined && { metadata }) };
    return this.#emit({ type: 'token', data });
  }
}

import type { EventData } from '@runtape/events';
import { truncate } from '../text/truncate.ts';

/** Emits a token event. */
export type EmitToken = (token: EventData<'token'>) => Promise<void>;

/** Limit of one thought; the rest is left out. */
const MAX_SHOWN_CHARS = 60_000;
const LEFT_OUT = '\n\n(The rest of this thought is not shown.)';

/**
 * Emits thoughts and remarks as parts of their own: `thinking-1`, `thinking-2` … They are never
 * part of a draft, an answer or a result.
 */
export class ThoughtText {
  readonly #emit: EmitToken;
  readonly #prefix: string;
  #count = 0;
  #shown = 0;
  #isOpen = false;

  /** @param agentId the thinking agent, in workflows with several agents. */
  constructor(emit: EmitToken, agentId?: string) {
    this.#emit = emit;
    this.#prefix = agentId === undefined ? 'thinking' : `thinking-${agentId}`;
  }

  /** Appends text to the thought; blank text does not start one. */
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

  /** Ends the thought; later text belongs to the next one. */
  async end(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#token('', true);
  }

  /** Emits a complete thought. */
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
    return this.#emit(data);
  }
}

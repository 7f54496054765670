import type { EmittedEvent, Usage } from '@runtape/events';

type Emit = (event: EmittedEvent) => Promise<void>;

export interface RoundEnd {
  readonly callsTools: boolean;
  readonly finishReason: string;
  readonly usage: Usage | null;
}

/** Remarks before a tool call are short and of one paragraph; whatever is more is the beginning of the comment. */
const REMARK_CHARS = 240;
const BEGINS_COMMENT = /^\s*(?:#|>)|\n\s*\n/;

/**
 * Turns the model's text into token events. Only the text that is asked for is the part `draft`; what the model remarks before it
 * calls tools is a part `thinking-1`, `thinking-2` … Which of them a text is turns out only at the end of a round, so its
 * beginning is held back until it is too long for a remark.
 */
export class DraftText {
  /** Exactly what the part consists of. */
  draft = '';
  readonly #emit: Emit;
  readonly #part: string;
  #held = '';
  #isDraft = false;
  #remarks = 0;

  /** @param part what the text is called in token events. */
  constructor(emit: Emit, part = 'draft') {
    this.#emit = emit;
    this.#part = part;
  }

  /** Begins a round. */
  begin({ mayCallTools }: { mayCallTools: boolean }): void {
    this.#held = '';
    this.#isDraft = !mayCallTools;
  }

  async add(text: string): Promise<void> {
    this.#held += text;
    this.#isDraft ||= this.#held.length >= REMARK_CHARS || BEGINS_COMMENT.test(this.#held);
    if (this.#isDraft) await this.#release();
  }

  /** Ends a round, and with one that calls no tools the draft. */
  async end({ callsTools, finishReason, usage }: RoundEnd): Promise<void> {
    const metadata = { finishReason, ...(usage !== null && { usage }) };
    if (!callsTools) {
      await this.#release();
      await this.#token(this.#part, '', metadata);
    } else if (this.#isDraft) {
      // It began to write and then looked further after all: what follows is a new paragraph.
      this.#held = '\n\n';
      await this.#release();
    } else if (this.#held.trim() !== '') {
      this.#remarks += 1;
      await this.#token(`thinking-${this.#remarks}`, this.#held, metadata);
    }
  }

  /** Shows what was held back, for the round broke off and this may be all there will ever be. */
  async breakOff(): Promise<void> {
    await this.#release();
  }

  async #release(): Promise<void> {
    if (this.#held === '') return;
    const content = this.#held;
    this.#held = '';
    this.draft += content;
    await this.#emit({ type: 'token', data: { part: this.#part, content, isComplete: false } });
  }

  async #token(
    part: string,
    content: string,
    metadata: { finishReason: string; usage?: Usage },
  ): Promise<void> {
    await this.#emit({ type: 'token', data: { part, content, isComplete: true, metadata } });
  }
}

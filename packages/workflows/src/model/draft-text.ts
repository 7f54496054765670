import { type EmittedEvent, RESTARTED, type Usage } from '@runtape/events';
import { ThoughtText } from './thought-text.ts';

type Emit = (event: EmittedEvent) => Promise<void>;

export interface RoundEnd {
  readonly callsTools: boolean;
  readonly finishReason: string;
  readonly usage: Usage | null;
}

/** Remarks before a tool call are one short paragraph; anything longer begins the comment. */
const REMARK_CHARS = 240;
const BEGINS_COMMENT = /^\s{0,100}[#>]|\n[^\S\n]{0,100}\n/;
/** May be a tool call that is written as text, which shows only at its end. */
const MAY_BE_CALL = /^(?:```(?:json)?\s{0,9})?(?:\[\s{0,9})?\{/;

/**
 * Turns the model's text into token events. Only the requested text is part `draft`; remarks before
 * tool calls are thoughts. Which one a text is shows only at the end of a round, so its beginning
 * is held back until it is too long for a remark.
 */
export class DraftText {
  /** Exactly what the part consists of. */
  draft = '';
  readonly thoughts: ThoughtText;
  readonly #emit: Emit;
  readonly #part: string;
  #held = '';
  #isDraft = false;
  #mayCallTools = false;
  /** The draft when the round began. */
  #before = '';

  /**
   * @param part name of the text in token events.
   * @param agentId the writer, in workflows with several agents.
   */
  constructor(emit: Emit, part = 'draft', agentId?: string) {
    this.#emit = emit;
    this.#part = part;
    this.thoughts = new ThoughtText(emit, agentId);
  }

  /** Begins a round. */
  begin({ mayCallTools }: { mayCallTools: boolean }): void {
    this.#held = '';
    this.#before = this.draft;
    this.#mayCallTools = mayCallTools;
    this.#isDraft = !mayCallTools;
  }

  async add(text: string): Promise<void> {
    this.#held += text;
    this.#isDraft ||= this.#isTooMuchForRemark();
    if (this.#isDraft) await this.#release();
  }

  /** All text of this round was a thought: the draft begins again with what it was before. */
  async turnIntoThought(text: string): Promise<void> {
    const wasShown = this.draft !== this.#before;
    this.#held = '';
    this.#isDraft = !this.#mayCallTools;
    if (wasShown) {
      const metadata = { finishReason: RESTARTED };
      const part = this.#part;
      await this.#emit({ type: 'token', data: { part, content: '', isComplete: true, metadata } });
      this.draft = this.#before;
      // Also when it is empty: clients that do not know of restarts see that the part goes on.
      await this.#emit({ type: 'token', data: { part, content: this.draft, isComplete: false } });
    }
    await this.thoughts.show(text);
  }

  /** Ends a round, and with one that calls no tools the draft. */
  async end({ callsTools, finishReason, usage }: RoundEnd): Promise<void> {
    await this.thoughts.end();
    const metadata = {
      ...(finishReason !== '' && { finishReason }),
      ...(usage !== null && { usage }),
    };
    if (!callsTools) {
      await this.#release();
      const data = { part: this.#part, content: '', isComplete: true, metadata };
      await this.#emit({ type: 'token', data });
    } else if (this.#isDraft) {
      // It began to write and then looked further after all: what follows is a new paragraph.
      this.#held = this.draft === '' ? '' : '\n\n';
      await this.#release();
    } else {
      await this.thoughts.show(this.#held, metadata);
    }
  }

  /** Shows what was held back, for the round broke off and this may be all there will ever be. */
  async breakOff(): Promise<void> {
    await this.#release();
  }

  #isTooMuchForRemark(): boolean {
    const begin = this.#held.slice(0, REMARK_CHARS);
    if (MAY_BE_CALL.test(begin.trimStart())) return false;
    return begin.length >= REMARK_CHARS || BEGINS_COMMENT.test(begin);
  }

  async #release(): Promise<void> {
    if (this.#held === '') return;
    const content = this.#held;
    this.#held = '';
    this.draft += content;
    await this.#emit({ type: 'token', data: { part: this.#part, content, isComplete: false } });
  }
}

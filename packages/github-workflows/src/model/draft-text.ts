import { RESTARTED, type Usage } from '@runtape/events';
import { type EmitToken, ThoughtText } from './thought-text.ts';

export interface RoundEnd {
  readonly callsTools: boolean;
  readonly finishReason: string;
  readonly usage: Usage | null;
}

/** Remarks before a tool call are one short paragraph; anything longer begins the comment. */
const REMARK_CHARS = 240;
const BEGINS_COMMENT = /^\s{0,100}[#>]|\n[^\S\n]{0,100}\n/;
/** The text may be a tool call written as text, which becomes clear only at its end. */
const MAY_BE_CALL = /^(?:```(?:json)?\s{0,9})?(?:\[\s{0,9})?\{/;

/**
 * Turns the model's text into token events. Only the requested text is part `draft`; remarks before
 * tool calls are thoughts. The kind of a text becomes clear only at the end of a round, so its
 * beginning is held back until it is too long for a remark.
 */
export class DraftText {
  /** The content of the part so far. */
  draft = '';
  readonly thoughts: ThoughtText;
  readonly #emit: EmitToken;
  readonly #part: string;
  #held = '';
  #isDraft = false;
  #mayCallTools = false;
  /** The draft at the start of the round. */
  #before = '';

  /**
   * @param part name of the text in token events.
   * @param agentId the writer, in workflows with several agents.
   */
  constructor(emit: EmitToken, part = 'draft', agentId?: string) {
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

  /** All text of this round was a thought: restores the draft from the start of the round. */
  async turnIntoThought(text: string): Promise<void> {
    const wasShown = this.draft !== this.#before;
    this.#held = '';
    this.#isDraft = !this.#mayCallTools;
    if (wasShown) {
      const metadata = { finishReason: RESTARTED };
      const part = this.#part;
      await this.#emit({ part, content: '', isComplete: true, metadata });
      this.draft = this.#before;
      // Sent even if empty, so that clients that ignore restarts see that the part continues.
      await this.#emit({ part, content: this.draft, isComplete: false });
    }
    await this.thoughts.show(text);
  }

  /** Ends a round, and also the draft if the round calls no tools. */
  async end({ callsTools, finishReason, usage }: RoundEnd): Promise<void> {
    await this.thoughts.end();
    const metadata = {
      ...(finishReason !== '' && { finishReason }),
      ...(usage !== null && { usage }),
    };
    if (!callsTools) {
      await this.#release();
      const data = { part: this.#part, content: '', isComplete: true, metadata };
      await this.#emit(data);
    } else if (this.#isDraft) {
      // The model wrote part of the draft before it called tools: the next text is a new paragraph.
      this.#held = this.draft === '' ? '' : '\n\n';
      await this.#release();
    } else {
      await this.thoughts.show(this.#held, metadata);
    }
  }

  /** Emits the held-back text: the round broke off, and no more text may follow. */
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
    await this.#emit({ part: this.#part, content, isComplete: false });
  }
}

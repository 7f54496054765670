import type OpenAI from 'openai';
import { cutToTokens, roomFor, estimateTokens } from '../model/context-size.ts';
import { contextOf, quirksOf, type Model } from '../model/model-client.ts';

type Message = OpenAI.ChatCompletionMessageParam;

/** A smaller reported context size is ignored. */
const MIN_CONTEXT_TOKENS = 1_024;
/** The tokens kept of a shortened tool result, so that the model recognizes it. */
const KEPT_TOKENS = 150;
const SHORTENED =
  '\n(The rest was left out to make room. Call the tool again if you still need it.)';
/** The share of the conversation to keep if the endpoint names no limit. */
const SHARE_TO_KEEP = 0.5;

/** The messages between us and a model, and the part of its context that they use. */
export class Conversation {
  readonly #model: Model;
  readonly #messages: Message[] = [];
  #tokens = 0;
  #isShortened = false;

  constructor(model: Model, messages: readonly Message[]) {
    this.#model = model;
    this.push(...messages);
  }

  get messages(): readonly Message[] {
    return this.#messages;
  }

  /** The remaining room in tokens, roughly; negative if the conversation is too long. */
  get room(): number {
    return roomFor(contextOf(this.#model)) - this.#tokens;
  }

  push(...messages: readonly Message[]): void {
    this.#messages.push(...messages);
    for (const message of messages) this.#tokens += tokensOf(message);
  }

  /**
   * Shortens tool results, oldest first, after the endpoint rejected the conversation as too long.
   * Call it once.
   * @param contextTokens the size that the endpoint names; `null` if it names none.
   * @returns whether something was shortened, so that a retry makes sense.
   */
  shorten(contextTokens: number | null): boolean {
    if (this.#isShortened) return false;
    this.#isShortened = true;
    const { memory, name } = this.#model;
    if (contextTokens !== null && contextTokens >= MIN_CONTEXT_TOKENS) {
      memory.set(name, { ...quirksOf(this.#model), contextTokens });
    }
    // The endpoint may count more tokens than our estimate, so shorten in any case.
    const target = Math.min(this.#tokens * SHARE_TO_KEEP, this.#tokens + this.room);
    const before = this.#tokens;
    for (const [index, message] of this.#messages.entries()) {
      if (this.#tokens <= target) break;
      if (message.role !== 'tool' || typeof message.content !== 'string') continue;
      const kept = cutToTokens(message.content, KEPT_TOKENS);
      if (kept.length === message.content.length) continue;
      const shorter = { ...message, content: kept + SHORTENED };
      this.#messages[index] = shorter;
      this.#tokens += tokensOf(shorter) - tokensOf(message);
    }
    return this.#tokens < before;
  }
}

function tokensOf(message: Message): number {
  return estimateTokens(JSON.stringify(message));
}

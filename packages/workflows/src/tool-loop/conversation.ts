import type OpenAI from 'openai';
import { cutToTokens, roomFor, roughTokens } from '../model/context-size.ts';
import { contextOf, quirksOf, type Model } from '../model/model-client.ts';

type Message = OpenAI.ChatCompletionMessageParam;

/** What an endpoint says of its size is believed from here on. */
const LEAST_CONTEXT_TOKENS = 1_024;
/** Of a tool result that is shortened something stays, so that the model knows what it was. */
const KEPT_TOKENS = 150;
const SHORTENED =
  '\n(The rest was left out to make room. Call the tool again if you still need it.)';
/** Tried when the endpoint names no limit: half of the conversation. */
const SHARE_TO_KEEP = 0.5;

/** The messages between us and a model, and how much of its context they take. */
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

  /** How many tokens there is room for, roughly; less than 0 when it is too long already. */
  get room(): number {
    return roomFor(contextOf(this.#model)) - this.#tokens;
  }

  push(...messages: readonly Message[]): void {
    this.#messages.push(...messages);
    for (const message of messages) this.#tokens += tokensOf(message);
  }

  /**
   * Shortens tool results, oldest first, after the endpoint found the conversation too long. Once.
   * @param contextTokens the size the endpoint names; `null` when it does not.
   * @returns whether something was shortened, so that another try makes sense.
   */
  shorten(contextTokens: number | null): boolean {
    if (this.#isShortened) return false;
    this.#isShortened = true;
    const { memory, name } = this.#model;
    if (contextTokens !== null && contextTokens >= LEAST_CONTEXT_TOKENS) {
      memory.keep(name, { ...quirksOf(this.#model), contextTokens });
    }
    // Its tokens may be smaller than ours: less than before in any case.
    const most = Math.min(this.#tokens * SHARE_TO_KEEP, this.#tokens + this.room);
    const before = this.#tokens;
    for (const [index, message] of this.#messages.entries()) {
      if (this.#tokens <= most) break;
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
  return roughTokens(JSON.stringify(message));
}

import type { Usage } from '@runtape/events';
import type { Meter } from './spending.ts';

/** A chunk of OpenAI's chat completions, and of the many endpoints that speak like it. */
export interface ChatChunk {
  readonly choices: readonly object[];
}

/** An event of OpenAI's Responses, or a part of the AI SDK's `fullStream`. */
export interface TypedChunk {
  readonly type: string;
}

/** A stream of text: plain strings, or the chunks of a model. */
export type TextStream = AsyncIterable<string | ChatChunk | TypedChunk>;

/** What `ctx.text` takes: a stream, or the result of the AI SDK's `streamText`. */
export type TextSource = TextStream | { readonly fullStream: AsyncIterable<TypedChunk> };

export interface TextOptions {
  /**
   * The price of a call in US dollars. Default: not known, which makes the sum unknown; streams of
   * plain strings cost nothing.
   */
  cost?(usage: Usage): number | null;
  /** The agent whose spending it is. Default: the workflow's alone. */
  readonly agent?: { meter(): Meter } | undefined;
}

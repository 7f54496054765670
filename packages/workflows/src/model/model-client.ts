import OpenAI from 'openai';
import type { Prices } from './prices.ts';

export interface ModelOptions {
  readonly apiKey: string;
  /** Any endpoint that speaks the OpenAI protocol. Default: OpenAI's own. */
  readonly baseURL?: string | undefined;
  readonly model: string;
  /** How long the model may be silent, before and between the pieces of its answer, in ms. Default: 60 seconds. */
  readonly silenceMs?: number | undefined;
}

/** A model as the workflow reaches it. */
export interface Model {
  readonly client: OpenAI;
  readonly name: string;
  readonly silenceMs: number;
  readonly prices: Prices;
  /** In ms since 1970. */
  readonly now: () => number;
}

const SILENCE_MS = 60_000;

/** Makes the client for a model. Opens no connection. */
export function createModel(options: ModelOptions, prices: Prices, now: () => number): Model {
  const silenceMs = options.silenceMs ?? SILENCE_MS;
  return {
    client: new OpenAI({
      apiKey: options.apiKey,
      baseURL: options.baseURL ?? null,
      // The engine repeats the attempt, where people can see it.
      maxRetries: 0,
      timeout: silenceMs,
      logLevel: 'off',
    }),
    name: options.model,
    silenceMs,
    prices,
    now,
  };
}

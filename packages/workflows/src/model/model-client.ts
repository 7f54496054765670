import OpenAI from 'openai';
import { type Dispatcher, getGlobalDispatcher } from 'undici';
import { contextTokensOf } from './context-size.ts';
import { EndpointMemory, type ModelQuirks } from './endpoint-memory.ts';
import type { Prices } from './prices.ts';
import { refuseByStatus } from './refuse-by-status.ts';

export interface ModelOptions {
  readonly apiKey: string;
  /** Any endpoint that speaks the OpenAI protocol. Default: OpenAI's own. */
  readonly baseURL?: string | undefined;
  readonly model: string;
  /** Longest silence before the first word and after it, in ms. Default: 300 and 120 seconds. */
  readonly idleMs?: number | undefined;
  /** Context size in tokens. Default: known from the model's name, otherwise 128,000. */
  readonly contextTokens?: number | undefined;
  /** The most tokens of one answer. Default: the endpoint decides. */
  readonly maxOutputTokens?: number | undefined;
  /** Shared by all that ask the same endpoint. Default: one of its own. */
  readonly memory?: EndpointMemory | undefined;
}

/** A model as the workflow reaches it. */
export interface Model {
  readonly client: OpenAI;
  readonly name: string;
  readonly idle: IdleLimits;
  /** `null` where its name has to say. */
  readonly contextTokens: number | null;
  readonly maxOutputTokens: number | null;
  readonly memory: EndpointMemory;
  readonly prices: Prices;
  /** Never shown to anybody. */
  readonly apiKey: string;
  /** In ms since 1970. */
  readonly now: () => number;
}

/** How long silence is waited through, in ms. */
interface IdleLimits {
  /** Local models read a long prompt before their first word, and others think. */
  readonly firstMs: number;
  readonly betweenMs: number;
}

const IDLE: IdleLimits = { firstMs: 300_000, betweenMs: 120_000 };
/** The SDK's own limit is for the headers only; ours covers all of the answer. */
const NO_LIMIT_MS = 2 ** 31 - 1;

/** Makes the client for a model. Opens no connection. */
export function createModel(options: ModelOptions, prices: Prices, now: () => number): Model {
  const { apiKey, model, idleMs } = options;
  return {
    client: new OpenAI({
      apiKey,
      baseURL: options.baseURL ?? null,
      // The engine repeats the attempt, where people can see it.
      maxRetries: 0,
      timeout: NO_LIMIT_MS,
      logLevel: 'off',
      fetch: refuseByStatus({ secret: apiKey, now }),
      fetchOptions: { dispatcher: withoutTimeouts() },
    }),
    name: model,
    idle: idleMs === undefined ? IDLE : { firstMs: idleMs, betweenMs: idleMs },
    contextTokens: options.contextTokens ?? null,
    maxOutputTokens: options.maxOutputTokens ?? null,
    memory: options.memory ?? new EndpointMemory(),
    prices,
    apiKey,
    now,
  };
}

/** Context size in tokens: as set, as the endpoint said, or by the model's name. */
export function contextOf(model: Model): number {
  const { contextTokens } = quirksOf(model);
  const set = model.contextTokens ?? contextTokensOf(model.name);
  return contextTokens === null ? set : Math.min(set, contextTokens);
}

/** What was learned about a model. */
export function quirksOf({ memory, name, maxOutputTokens }: Model): ModelQuirks {
  return memory.of(name, { sendsOutputLimit: maxOutputTokens !== null });
}

/** `fetch` gives up after 300 s without a byte, so the process' dispatcher is extended. */
function withoutTimeouts(): Dispatcher {
  return getGlobalDispatcher().compose(
    (dispatch) => (options, handler) =>
      dispatch({ ...options, headersTimeout: 0, bodyTimeout: 0 }, handler),
  );
}

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
  /** Longest silence before the first output and after it, in ms. Default: 300 and 120 seconds. */
  readonly idleMs?: number | undefined;
  /** Context size in tokens. Default: known from the model's name, otherwise 128,000. */
  readonly contextTokens?: number | undefined;
  /** The maximum number of tokens in one answer. Default: the endpoint decides. */
  readonly maxOutputTokens?: number | undefined;
  /** Shared by all clients of the same endpoint. Default: a new one. */
  readonly memory?: EndpointMemory | undefined;
}

/** A model client as the workflows use it. */
export interface Model {
  readonly client: OpenAI;
  readonly name: string;
  readonly idle: IdleLimits;
  /** `null` if the context size is derived from the model's name. */
  readonly contextTokens: number | null;
  readonly maxOutputTokens: number | null;
  readonly memory: EndpointMemory;
  readonly prices: Prices;
  /** Never shown to a user. */
  readonly apiKey: string;
  /** In ms since 1970. */
  readonly now: () => number;
}

/** Limits for silence, in ms. */
interface IdleLimits {
  /** Local models process a long prompt before their first output, and others think. */
  readonly firstMs: number;
  readonly betweenMs: number;
}

const IDLE: IdleLimits = { firstMs: 300_000, betweenMs: 120_000 };
/** The SDK's own limit covers the headers only; ours covers the whole answer. */
const NO_LIMIT_MS = 2 ** 31 - 1;

/** Makes the client for a model. Opens no connection. */
export function createModel(options: ModelOptions, prices: Prices, now: () => number): Model {
  const { apiKey, model, idleMs } = options;
  return {
    client: new OpenAI({
      apiKey,
      baseURL: options.baseURL ?? null,
      // The engine retries the attempt visibly instead.
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

/** The context size in tokens: as configured, as reported, or by the model's name. */
export function contextOf(model: Model): number {
  const { contextTokens } = quirksOf(model);
  const set = model.contextTokens ?? contextTokensOf(model.name);
  return contextTokens === null ? set : Math.min(set, contextTokens);
}

/** The remembered quirks of a model. */
export function quirksOf({ memory, name, maxOutputTokens }: Model): ModelQuirks {
  return memory.get(name, { sendsOutputLimit: maxOutputTokens !== null });
}

/** `fetch` gives up after 300 s without a byte, so this dispatcher has no time limits. */
function withoutTimeouts(): Dispatcher {
  return getGlobalDispatcher().compose(
    (dispatch) => (options, handler) =>
      dispatch({ ...options, headersTimeout: 0, bodyTimeout: 0 }, handler),
  );
}

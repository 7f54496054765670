import type { FormatEncoders } from './formats/formats.ts';
import type { OpenApiDocument } from './openapi-document.ts';
import type { AnswerBudget } from '../limits/answer-budget.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { StreamContext } from '../broadcast/stream-context.ts';
import type { TapeCache } from '../read/snapshots/tape-cache.ts';
import type { StartContext } from '../start/start-context.ts';

/** The context of an operation for one request. */
export interface ApiContext extends StartContext, StreamContext {
  readonly tapes: TapeCache;
  readonly metrics: Metrics;
  readonly answer: AnswerBudget;
}

/** The part of the context that all requests share. */
export type ApiParts = Omit<ApiContext, 'identity' | 'address' | 'answer'>;

/** The context of a route's handler. */
export interface RouteContext extends ApiContext {
  /** Origins of other sites whose pages may send requests. */
  readonly allowedOrigins: ReadonlySet<string>;
  /** The version that `/api/health` reports. */
  readonly version: string;
  /** The path below which clients reach the server; empty for none. */
  readonly basePath: string;
  readonly encoders: FormatEncoders;
  /** The OpenAPI document of all routes. */
  readonly describe: () => OpenApiDocument;
}

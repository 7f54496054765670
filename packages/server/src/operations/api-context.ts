import type { AnswerBudget } from '../limits/answer-budget.ts';
import type { StreamStatistics } from '../metrics/stream-statistics.ts';
import type { StreamContext } from '../read/streams/stream-context.ts';
import type { TapeCache } from '../read/tape/tape-cache.ts';
import type { StartContext } from '../start/start-context.ts';

/** What the operations work with, for one request. */
export interface ApiContext extends StartContext, StreamContext {
  readonly tapes: TapeCache;
  readonly statistics: StreamStatistics;
  readonly answer: AnswerBudget;
}

/** What all requests have in common. */
export type ApiParts = Omit<ApiContext, 'identity' | 'address' | 'answer'>;

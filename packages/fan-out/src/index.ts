export type { Batch, EntriesBatch, Misfit, MisfitReason } from './batch.ts';
export { FanOut, type FanOutOptions, type ReadOptions } from './fan-out.ts';
export { mergeTokens } from './merge-tokens.ts';
export { FIRST_LIMIT, nextLimit } from './page-limit.ts';
export { SharedTasks } from './shared-tasks.ts';

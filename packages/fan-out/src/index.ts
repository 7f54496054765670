export type { Batch, CursorMismatch, EntriesBatch } from './batch.ts';
export { FanOut, type FanOutOptions, type ReadOptions } from './fan-out.ts';
export type { CaughtUp, LiveTail } from './tail.ts';
export type { ThreadUpdate } from './thread-members.ts';

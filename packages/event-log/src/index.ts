export type { ArchiveHeader } from './archive/archive-format.ts';
export {
  type ArchivedEvent,
  type ArchivedWorkflow,
  archiveLines,
  type ArchiveOptions,
  archiveWorkflow,
} from './archive/archive-workflow.ts';
export { canonicalJson, jsonSchema, type JsonValue } from './json.ts';
export {
  checkLimit,
  checkMergedRange,
  checkRange,
  type Entry,
  type MergedRange,
  type Page,
  PAGE_BYTES,
  type ReadRange,
  takePage,
  type WorkflowRecord,
} from './port/read.ts';
export {
  checkListQuery,
  checkOrphanedQuery,
  formatListCursor,
  type ListCursor,
  type ListPage,
  type ListQuery,
  type OrphanedPage,
  type OrphanedQuery,
  parseListCursor,
} from './port/list.ts';
export {
  checkThreadOwner,
  checkThreadRange,
  nextPosition,
  type ThreadMember,
  type ThreadPage,
  threadPage,
  type ThreadRange,
} from './port/threads.ts';
export { type Command, type CommandEntry, commandSchema, KEPT_COMMANDS } from './port/commands.ts';
export {
  type Append,
  type AppendPlan,
  type EncodedEvent,
  encodeForLog,
  planAppend,
} from './port/append.ts';
export { type Cursor, cursorMismatch, type CursorMismatchReason, parseCursor } from './cursor.ts';
export {
  attemptAlive,
  attemptInDoubt,
  attemptOvertaken,
  EventLogError,
  type EventLogErrorCode,
  idempotencyConflict,
  isEventLogError,
  logClosed,
  seqConflict,
  threadTaken,
  unknownWorkflow,
  workflowClosed,
  workflowExists,
} from './errors.ts';
export type { Attempt, AttemptName, Renewal } from './port/attempts.ts';
export { type Created, isSameStart, newRecord, type NewWorkflow } from './port/create.ts';
export type { EventLog } from './port/event-log.ts';
export type { Expiry } from './port/retention.ts';
export type { KeptStep } from './port/steps.ts';
export { type Watcher, Watchers, type WatchersOptions } from './port/watch.ts';
export { newIncarnation } from './incarnation.ts';
export { type Archive, readArchive } from './archive/read-archive.ts';
export {
  retryWhileUnavailable,
  type RetryWhileUnavailableOptions,
} from './retry-while-unavailable.ts';
export {
  checkAppend,
  checkBegin,
  checkHolder,
  checkNotEnded,
  checkRenewal,
  type WriterState,
} from './checks.ts';
export { decodeSegments, type Segment, type SegmentStore, takeSegments } from './port/segments.ts';
export { type AppendedEvents, SegmentWriter } from './segments/segment-writer.ts';

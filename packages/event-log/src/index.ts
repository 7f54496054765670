export type { ArchiveHeader } from './archive-format.ts';
export {
  type ArchivedEvent,
  type ArchivedWorkflow,
  archiveLines,
  type ArchiveOptions,
  archiveWorkflow,
} from './archive-workflow.ts';
export { canonicalJson } from './canonical-json.ts';
export {
  checkLimit,
  checkListQuery,
  checkMergedRange,
  checkRange,
  checkThreadRange,
  checkOrphanedQuery,
  formatListCursor,
  type ListCursor,
  parseListCursor,
} from './check-query.ts';
export { type Command, type CommandEntry, commandSchema, KEPT_COMMANDS } from './command.ts';
export { type EncodedEvent, encodeForLog } from './encoded-event.ts';
export { type Cursor, cursorMismatch, type CursorMismatchReason, parseCursor } from './cursor.ts';
export { EventLogError, type EventLogErrorCode, isEventLogError } from './errors.ts';
export type {
  Append,
  Attempt,
  AttemptName,
  Created,
  Entry,
  EventLog,
  Expiry,
  KeptStep,
  ListPage,
  ListQuery,
  MergedRange,
  NewWorkflow,
  Page,
  ReadRange,
  Renewal,
  ThreadMember,
  ThreadPage,
  ThreadRange,
  OrphanedPage,
  OrphanedQuery,
  Watcher,
  WorkflowRecord,
} from './event-log.ts';
export { newIncarnation } from './incarnation.ts';
export { type JsonValue, jsonSchema } from './json.ts';
export { mergeTokens } from './merge-tokens.ts';
export { isSameStart, newRecord } from './new-record.ts';
export { PAGE_BYTES, takePage } from './page-end.ts';
export { type AppendPlan, planAppend } from './plan-append.ts';
export { type Archive, readArchive } from './read-archive.ts';
export {
  retryWhileUnavailable,
  type RetryWhileUnavailableOptions,
} from './retry-while-unavailable.ts';
export {
  attemptAlive,
  attemptInDoubt,
  attemptOvertaken,
  idempotencyConflict,
  logClosed,
  checkAppend,
  checkBegin,
  checkNotEnded,
  checkHolder,
  checkRenewal,
  checkThreadOwner,
  threadTaken,
  seqConflict,
  unknownWorkflow,
  workflowClosed,
  workflowExists,
  type WriterState,
} from './rejections.ts';
export { decodeSegments, type Segment, takeSegments } from './segment.ts';
export { type AppendedEvents, SegmentKeeper, type SegmentStore } from './segment-keeper.ts';
export { nextPosition, threadPage } from './thread-page.ts';
export { Watchers, type WatchersOptions } from './watchers.ts';

export {
  type Activity,
  ACTIVITY_BINS,
  activitySchema,
  MARK,
  marksOf,
  QUIET_MS,
  tapeDistance,
  tokensOf,
} from './activity.ts';
export { isCustomType } from './custom-type.ts';
export { type Decoded, decodeShape, matchShape, type Shape } from './decode-shape.ts';
export {
  compareEventIds,
  EVENT_ID_FORM,
  type EventId,
  type EventIdParts,
  formatEventId,
  isEventId,
  parseEventId,
} from './event-id.ts';
export {
  emittedEventSchema,
  knownEventSchema,
  otherEventSchema,
  payloads,
} from './event-schemas.ts';
export {
  type EmittedEvent,
  type EventData,
  type EventMetadata,
  type EventOf,
  type EventType,
  isEventType,
  isOtherEvent,
  isOtherType,
  isTerminal,
  type KnownEvent,
  type OtherEvent,
  type OtherType,
  TERMINAL_TYPES,
  type TerminalType,
  type WorkflowEvent,
} from './event.ts';
export { exactObject } from './exact-object.ts';
export { type Failure, failureSchema } from './failure.ts';
export {
  eventIdSchema,
  idempotencyKeySchema,
  threadIdSchema,
  workflowIdSchema,
} from './id-schemas.ts';
export { isThreadId, isWorkflowId, THREAD_ID_FORM, type WorkflowId } from './ids.ts';
export { canGrow, joinTokens, mergeNext, mergeTokens } from './join-tokens.ts';
export { type BudgetLimits, budgetLimitsSchema } from './payloads/budget.ts';
export {
  type AgentState,
  type CustomEvent,
  type CustomEvents,
  type LogLine,
  type OwnState,
  type PartState,
  type StateError,
  type StatusLine,
  type StepState,
  type ToolCallState,
  type WorkflowSnapshot,
  workflowSnapshotSchema,
  workflowStatusSchema,
} from './snapshot.ts';
export {
  decodeEvent,
  decodeStoredEvent,
  decodeStoredEvents,
  encodeStoredEvent,
  STORED_VERSION,
  storedEventsIn,
} from './event-codec.ts';
export { hasEnded, statusAfter, type WorkflowStatus } from './status.ts';
export {
  agentStateSchema,
  cursorMessageSchema,
  logStateSchema,
  replaySchema,
  resetReasonSchema,
  resetSchema,
  workflowStateSchema,
} from './stream-message-schemas.ts';
export {
  type AgentStateMessage,
  type CursorMessage,
  decodeStreamMessage,
  isCursorMessage,
  isSnapshotMessage,
  type LogStateMessage,
  type Replay,
  type ResetMessage,
  type ResetReason,
  type SnapshotMessage,
  type StreamEntry,
  type StreamMessage,
  type WorkflowStateMessage,
} from './stream-message.ts';
export { type WorkflowSummary, workflowSummarySchema } from './summary.ts';
export { describeUnknownNames } from './unknown-names.ts';
export { isThoughtPart, RESTARTED } from './text-part.ts';
export { addUsage, costSchema, type Usage, usageSchema } from './usage.ts';
export { type Budget, budgetSchema, givenBudgetSchema } from './budget-input.ts';

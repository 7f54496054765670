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
export {
  compareEventIds,
  type EventId,
  eventIdSchema,
  type EventIdParts,
  formatEventId,
  parseEventId,
} from './event-id.ts';
export {
  emittedEventSchema,
  type EmittedEvent,
  type EventData,
  type EventMetadata,
  type EventOf,
  type EventType,
  isEventType,
  isOtherEvent,
  isOtherType,
  otherEventSchema,
  isTerminal,
  type KnownEvent,
  knownEventSchema,
  payloads,
  type OtherEvent,
  type OtherType,
  type WorkflowEvent,
} from './event.ts';
export { exactObject } from './exact-object.ts';
export { type Failure, failureSchema } from './failure.ts';
export { githubWebHost, parseRepository, PUBLIC_GITHUB } from './github-url.ts';
export {
  idempotencyKeySchema,
  isWorkflowId,
  threadIdSchema,
  type WorkflowId,
  workflowIdSchema,
} from './ids.ts';
export { canGrow, joinTokens, mergeNext, mergeTokens } from './join-tokens.ts';
export { formatTarget, type ParsedTarget, parseTarget } from './parse-target.ts';
export { type BudgetLimits, budgetLimitsSchema } from './payloads/budget.ts';
export { TERMINAL_TYPES, type TerminalType } from './payloads/workflow.ts';
export { type Permission, type PermissionSubject, permits } from './permission.ts';
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
} from './snapshot.ts';
export {
  decodeEvent,
  decodeStoredEvent,
  decodeStoredEvents,
  encodeStoredEvent,
  STORED_VERSION,
  storedEventsIn,
} from './event-codec.ts';
export { hasEnded, statusAfter, type WorkflowStatus, workflowStatusSchema } from './status.ts';
export {
  type AgentStateMessage,
  agentStateSchema,
  type CursorMessage,
  cursorMessageSchema,
  decodeStreamMessage,
  isSnapshotMessage,
  type LogStateMessage,
  logStateSchema,
  type Replay,
  replaySchema,
  type ResetReason,
  resetReasonSchema,
  type ResetMessage,
  resetSchema,
  type SnapshotMessage,
  type StreamEntry,
  type StreamMessage,
  type WorkflowStateMessage,
  workflowStateSchema,
} from './stream-message.ts';
export { type WorkflowSummary, workflowSummarySchema } from './summary.ts';
export { describeUnknownNames } from './unknown-names.ts';
export { isThoughtPart, RESTARTED } from './payloads/token.ts';
export { addUsage, costSchema, type Usage, usageSchema } from './usage.ts';
export {
  type AskRepositoryInput,
  askRepositoryInputSchema,
  type AskRepositoryResult,
  askRepositoryResultSchema,
  givenQuestionFields,
  MAX_QUESTION_CHARS,
  questionSchema,
  type StartQuestion,
  startQuestionSchema,
} from './workflows/ask-repository.ts';
export { type Budget, budgetSchema } from './workflows/budget-input.ts';
export {
  type CommentOnIssueInput,
  commentOnIssueInputSchema,
  type CommentOnIssueResult,
  commentOnIssueResultSchema,
  givenCommentFields,
  type StartComment,
  startCommentSchema,
} from './workflows/comment-on-issue.ts';
export {
  commentBodySchema,
  MAX_COMMENT_CHARS,
  type PostCommentInput,
  postCommentInputSchema,
  type PostCommentResult,
  postCommentResultSchema,
  startPostSchema,
} from './workflows/post-comment.ts';
export {
  givenReviewFields,
  type ReviewIssueInput,
  reviewIssueInputSchema,
  type ReviewIssueResult,
  reviewIssueResultSchema,
  type ReviewRole,
  reviewRoleSchema,
  type StartReview,
  startReviewSchema,
} from './workflows/review-issue.ts';
export {
  githubIssueSchema,
  type IssueTarget,
  issueTargetSchema,
  type RepositoryTarget,
  repositoryTargetSchema,
  type Source,
  sourceSchema,
} from './workflows/target.ts';

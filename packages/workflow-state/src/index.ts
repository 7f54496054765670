export { applyStreamEntry } from './apply-stream-entry.ts';
export { isCutOffAgent, isCutOffCall } from './end-running.ts';
export { WorkflowStateError, type WorkflowStateErrorCode } from './errors.ts';
export { initialState } from './initial-state.ts';
export { collapseStages } from './collapse-stages.ts';
export { reduce } from './reduce.ts';
export {
  answerText,
  currentAnswer,
  currentDraft,
  type Draft,
  draftText,
  textOf,
  thoughtsOf,
} from './written-text.ts';

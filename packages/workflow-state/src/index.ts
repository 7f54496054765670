export { applyStreamEntry } from './apply-stream-entry.ts';
export { createReducer, type ReducerOptions, type WorkflowReducer } from './create-reducer.ts';
export { isCutOffAgent, isCutOffCall } from './end-running.ts';
export { WorkflowStateError, type WorkflowStateErrorCode } from './errors.ts';
export { ownState } from './own-state/fold-state.ts';
export type { StateContract } from './own-state/state-contract.ts';
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

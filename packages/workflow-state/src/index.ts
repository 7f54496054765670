export { answerText, currentAnswer } from './answer-text.ts';
export { applyStreamEntry } from './apply-stream-entry.ts';
export { isCutOffAgent, isCutOffCall } from './cut-off.ts';
export { currentDraft, type Draft, draftText } from './draft-text.ts';
export { WorkflowStateError, type WorkflowStateErrorCode } from './errors.ts';
export { initialState } from './initial-state.ts';
export { joinStages } from './join-stages.ts';
export { reduce } from './reduce.ts';
export { thoughtsOf } from './thoughts.ts';

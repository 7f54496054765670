export { budgetOf, type BudgetUse } from './budget-of.ts';
export { BudgetBar, type BudgetBarProps } from './components/budget-bar.tsx';
export { ConnectionBadge, type ConnectionBadgeProps } from './components/connection-badge.tsx';
export { LogPane, type LogPaneProps } from './components/log-pane.tsx';
export { ToolCall, type ToolCallProps } from './components/tool-call.tsx';
export { WorkflowTimeline, type WorkflowTimelineProps } from './components/workflow-timeline.tsx';
export { createHooks, type Hooks } from './create-hooks.ts';
export { describeReset } from './describe-stream.ts';
export {
  RuntapeProvider,
  type RuntapeProviderProps,
  useRuntapeClient,
} from './runtape-provider.tsx';
export {
  StreamHandler,
  type StreamHandlerError,
  type StreamHandlerProps,
} from './stream-handler.tsx';
export { type Thread, type ThreadOptions, useThread } from './use-thread.ts';
export { type FollowedWorkflow, useWorkflow, type WorkflowOptions } from './use-workflow.ts';
export {
  useWorkflowStream,
  type WorkflowStream,
  type WorkflowStreamOptions,
} from './use-workflow-stream.ts';
export type { StreamReset } from './workflow-store.ts';
